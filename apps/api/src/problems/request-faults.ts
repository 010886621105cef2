/** One fault of a request: in its body at an RFC 6901 pointer, or in a parameter or header by its name. */
export type RequestFault =
  | { readonly pointer: string; readonly message: string }
  | { readonly parameter: string; readonly message: string };

/** So many faults of one request are told; the rest is counted. */
export const faultsMax = 100;
/** The names of a request's members are its sender's, who must not get back much more than was sent. */
const nameLengthMax = 100;

export function shortName(name: string): string {
  return name.length > nameLengthMax ? `${name.slice(0, nameLengthMax).toWellFormed()}…` : name;
}

/** The faults as an answer tells them: not too many, no long names. `more` were found beside them. */
export function toldFaults(faults: readonly RequestFault[], more: number): RequestFault[] {
  const told = faults
    .slice(0, faultsMax)
    .map((fault): RequestFault =>
      'pointer' in fault
        ? { ...fault, pointer: fault.pointer.split('/').map(shortName).join('/') }
        : { ...fault, parameter: shortName(fault.parameter) },
    );
  const left = faults.length - told.length + more;
  return left === 0 ? told : [...told, { pointer: '', message: `and ${left} more` }];
}
