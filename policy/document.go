package policy

import "eslguard/policy/internal/document"

// Version is the version of the policy file's format that this package reads.
const Version = document.Version

// A Problem is an error or a warning about a policy.
type Problem = document.Problem

// Problems is a list of problems, sorted by file and position. It is the error of [Load].
type Problems = document.Problems

// Schema returns the JSON schema (draft 2020-12) of the policy file's format, for editors. Load may
// refuse what it accepts: the schema knows nothing of rules, networks and hashes.
func Schema() []byte { return document.Schema() }
