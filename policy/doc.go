// Package policy decides which effects a client may cause. It reads the policy file, compiles it
// into a [Policy], decides, and follows the file as it changes.
//
// Most programs [Open] a [Store], let its Run follow the files, and ask [Store.Current] for the
// policy in force. [Policy.Login] finds the [Client] that logs in, and [Client.Decide] decides the
// effects of its commands (see package command for effects).
//
// The package denies everything that it is not certain of. An effect that no rule allows is denied,
// and the zero value of every type denies. A file with a single mistake is not used at all; all
// mistakes are reported together, with file, line and column ([Problem]).
//
// # The policy file
//
// A policy is one JSON file, or a folder of *.json files that are merged; a name that two files
// define is an error. The keys, in their exact spelling, are version (1), upstreams, sets, roles,
// clients, apis, protections_off and tests. Most objects may have a "note", and a rule may be an
// object with a note: {"rule": …, "note": …}. [Schema] describes the format for editors.
//
//   - "clients" say who may connect, from which networks and with which password, and which roles
//     each has: see package internal/credential.
//   - "roles" have rules that allow and deny effects: package internal/rule describes how they are
//     written and what they match. They also have limits (internal/limit) and requirements
//     (internal/role).
//   - "sets" are lists of texts and patterns that rules name.
//   - "apis" describe APIs that FreeSWITCH's own tree does not have, add subcommands to conference,
//     and mark tokens that the audit leaves out; see [catalog.Module]. They do not change the
//     meaning of what the tree has. An index of a token that the argument cannot have is an error.
//   - "protections_off" maps the name of a protection (see package command) to the reason why this
//     policy does without it. An unknown name or an empty reason is an error, and each protection
//     that is off is a warning.
//   - "tests" are commands and what must happen to them. A test is about a "client", or about a
//     "role": then about a client that has that role and no other. "after" lists the commands that
//     the session has sent before.
//
// [Policy.Warnings] returns what is probably a mistake but not an error (package internal/lint).
// [Policy.UncoveredRules] returns the rules that no test covers.
//
// # Denials
//
// For an effect that no rule allows, a [Decision] names the rule that comes nearest (Near) and says
// what differs (Reason). The client sees the reason, so the reason repeats nothing of the rule's
// text: a client that tries arguments one by one learns from the decisions which of them a rule
// allows, and must not learn more from the reasons. The Suggester that [Policy.Suggester] returns
// writes the rule that would allow the effect and no other (package learn).
//
// # Reload
//
// A Store reads a changed policy as a whole, compiles it, runs its tests, and then replaces the
// policy in force atomically. A broken policy changes nothing and is reported. Package
// internal/watch decides when the files are read. A reload keeps the clients' use of their limits
// and the remembered logins.
//
// # The packages
//
// Imports go in one direction. Each package imports only packages above it in this list:
//
//	internal/words       quotes and compares words
//	internal/document    reads the files: strict JSON with positions
//	internal/pattern     matches one token of a rule
//	internal/rule        compiles rules and matches them against effects
//	internal/limit       counts what clients use of their limits
//	internal/role        compiles roles and decides by them
//	internal/credential  identifies clients
//	internal/watch       follows files as they change
//	internal/lint        warns of what is probably a mistake
//	learn                writes rules from what clients did or were denied
package policy
