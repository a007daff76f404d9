// Package policy decides who may cause which effect. It reads the policy file, compiles it into a
// [Policy], decides, and follows the file as it changes.
//
// Most programs [Open] a [Store], let its Run follow the files, and ask [Store.Current] for the
// policy in force. [Policy.Login] finds the [Client] that logs in, and [Client.Decide] decides the
// effects of its commands (see package command for effects).
//
// The package refuses everything that it does not know for sure. What no rule allows is denied, and
// the zero value of everything denies. A file with a single mistake is not used at all: everything
// that is wrong with it is reported together, with file, line and column ([Problem]).
//
// # The policy file
//
// A policy is one JSON file, or a folder of *.json files that are merged; a name that is in two of
// them is an error. The keys, in their exact spelling, are version (1), upstreams, sets, roles,
// clients, apis, protections_off and tests. Most objects may have a "note", and a rule may be an
// object with a note: {"rule": …, "note": …}. [Schema] describes the same for editors.
//
//   - "clients" say who may connect, from which networks and with which password, and which roles
//     each has: see package internal/credential.
//   - "roles" have rules that allow and deny effects: package internal/rule describes how they are
//     written and what they match. They also have limits (internal/limit) and requirements
//     (internal/role).
//   - "sets" are lists of texts and patterns that rules name.
//   - "apis" describe APIs that FreeSWITCH's own tree does not have, add subcommands to conference,
//     and mark tokens that the audit leaves out; see [command.Module]. They change nothing that is
//     known: what the tree has keeps its meaning. An index of a token that the argument cannot have
//     is an error.
//   - "protections_off" maps the name of a protection (see package command) to the reason why this
//     policy does without it. An unknown name or an empty reason is an error, and each protection
//     that is off is a warning.
//   - "tests" are commands and what must become of them. A test is about a "client", or about a
//     "role": then about a client that has that role and no other. "after" lists the commands that
//     the session has sent before.
//
// [Policy.Warnings] returns what is probably not meant but no error (package internal/lint).
// [Policy.Untouched] returns the rules that no test tries.
//
// # Denials
//
// For an effect that no rule allows, a [Decision] names the rule that comes nearest (Near) and says
// what differs (Reason). The client is told the reason, so the reason contains nothing that the
// rule spells: a client that tries arguments one by one learns from the decisions which of them a
// rule allows, and must not learn more than that from the reasons. [Policy.Suggester] returns what
// writes the rule that would allow the effect and no other (package learn).
//
// # Reload
//
// A Store reads a changed policy as a whole, compiles it, runs its own tests, and then swaps it in
// at once. A broken policy changes nothing and is reported. Package internal/watch says when the
// files are read. What clients have used of their limits, and the logins that need not be computed
// again, outlive a reload.
//
// # How the packages lie
//
// The packages below this one import in one direction only, from the last of this list to the
// first:
//
//	internal/words       quotes and compares words
//	internal/document    reads the files: strict JSON with positions
//	internal/pattern     matches one token of a rule
//	internal/rule        compiles rules and matches them against effects
//	internal/limit       counts what clients use of their limits
//	internal/role        compiles roles and decides by them
//	internal/credential  recognises clients
//	internal/watch       follows files as they change
//	internal/lint        warns of what is probably not meant
//	learn                writes rules from what was done or denied
package policy
