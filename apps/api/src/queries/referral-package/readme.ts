/** What tells the recipient how to check the package. Nothing that somebody wrote is in it. */
export const readme = (referralId: string, manifestHash: string): string => `Referral ${referralId}

What was handed on is listed in manifest.json: each record with its revision, a digest of what was reviewed, and the
content that comes with it.

To check every file, in this folder:  sha256sum -c SHA256SUMS
To check that this is what was approved:  sha256sum manifest.json
The second must give ${manifestHash}
as the institution that sent this also tells you by another way.

events/ holds one file for each record. Each line is one event in JSON (UTF-8), in the order of its revision; a line that
says "withheld" stands for an event that is not handed on, so that no revision is missing without a trace.
content/ holds files under the id of the item or working copy and the first 12 digits of the digest in manifest.json.
Persons are named by pseudonyms only.
`;
