/** The `code` of a system or driver error (`ENOENT`, `57P03`), or '' when it has none. */
export function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
