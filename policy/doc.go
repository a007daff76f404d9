// Package policy says who may cause which effect: it reads the policy file, compiles it into a
// [Policy], decides, and follows the file as it changes ([Store]).
//
// It refuses everything that it does not know for sure. What no rule allows is denied, the zero
// value of everything denies, and a file with a single mistake is not used at all: all that is wrong with it is
// reported together, with file, line and column ([Problem]).
//
// # The policy file
//
// A policy is one JSON file, or a folder of *.json files that are merged; the same name in two of
// them is an error. Keys, in their exact spelling: version (1), upstreams, sets, roles, clients,
// apis, protections_off, tests; a "note" may stand in most objects, and beside a rule: {"rule": …,
// "note": …}. [Schema] is the same for editors.
//
// # Clients
//
// A client's "from" says from which networks it may connect, whatever networks of others lie within
// them or around them; [Policy.Enclosed] lists those. Its "auth" picks among the clients that may
// connect from an address: "password" alone for the command auth, "user" (user@domain) and
// "password" for userauth. No login matches two. A password stands as a hash: sha256: for generated
// ones, argon2id:, which needs a user, for those that people chose. Several may stand side by side,
// each with a "not_after", which ends the sessions that it let in, too. Fast hashes are compared
// first. Slow ones are computed few at a time, the addresses that wait one after another; a login
// that fails costs as many of them as the client with the most has, of those that may connect from
// there.
//
// # Rules
//
//	KIND TOKEN TOKEN …
//	repeating KIND TOKEN TOKEN …
//
// A rule is matched against the tokens of an effect (see package command): its name, then its
// arguments as FreeSWITCH splits them. One space parts two tokens. Names are compared without case
// where FreeSWITCH does so, and so are the tokens that it compares without case; all else exactly.
//
//	abc        these characters
//	*          any run of characters within a token, none included
//	?          one character
//	a|b        alternatives for the whole token
//	""         a token that is empty
//	**         as the last token: all the rest, none included; as the name: any effect of the kind
//	<uuid>     a channel uuid in its usual form
//	<1-60>     a number in plain digits, from 1 to 60
//	<digits>   one digit or more; <digits 7> seven of them, <digits 7-15> seven to fifteen; behind
//	           literal text too, and all the digits that stand there
//	$name      any entry of the set of that name; also within a token
//	/re2/      a regular expression (RE2 syntax) for the whole token
//	\*         the character itself, also of ? | $ < > / @ and the backslash; \s is a space
//	@class     in the place of the name of an api or app: a class of the catalogue, or @a|@b;
//	           alone it allows any arguments
//
// A rule of the kind dial may begin with dial a-leg, dial b-leg or dial other-leg. It is then about
// legs at that place alone (see [command.Leg]); a deny of b-leg is about other-leg, too.
//
// A token that begins and ends with a slash is a regular expression; a folder is written \/like/this/.
//
// An expansion is spelled \${uuid}, \${strftime(%Y%m%d)} or \$${name}. Rules that spell all that an
// opaque effect stands for ([command.Effect.Expanded]) allow it, unless a deny could match what
// they become. It is an error where the client may set the variable, unless opaque expansion is
// allowed too.
//
// Deny beats allow, whatever their order, and what nothing matches is denied. In an allow rule wildcards are
// narrow, in a deny rule they are broad, so that a deny cannot be dodged. In an allow rule
//
//   - * and ? of the kind dial match only 0-9 A-Z a-z + # . _ -;
//   - elsewhere wildcards, ** and classes match only what is harmless for the type of the position (see package
//     command), so that anything else has to be spelled or matched by a regular expression;
//   - no wildcard matches the name of a variable whose value acts;
//   - the events API, BACKGROUND_JOB and LOG, and CUSTOM without a subclass, which is all of them, are
//     matched by their own names only; so are, of inject, API, BACKGROUND_JOB, LOG, and what the switch tells of itself
//     (SHUTDOWN, RELOADXML, TRAP, MODULE_LOAD, ADD_SCHEDULE and the like);
//   - opaque needs its reason spelled, handover its host; no class or wildcard covers them, and the
//     role must say "unguarded": true;
//   - effects that a schedule or the loops of a sendmsg repeat are matched only by rules that begin with the word
//     repeating, and those match nothing else.
//
// A deny looks at every spelling of a value that [command.Effect.Spellings] knows, and at a leg
// without case.
//
// A log rule allows its level and the less verbose ones; in a deny, its level and the more verbose ones.
//
// # Limits
//
// "limits" of a role map KIND or KIND NAME, which matches as in a deny, to one or an array of
//
//	N/s, N/m, N/h   a rate, with " burst B" where more or fewer than N may come at once
//	N/day           how many on one day, in UTC
//	N at once       how many under way: commands that wait for their answer, bgapi jobs that have not ended
//
// Every effect counts: a command with three legs takes three of a limit on dial. What repeats
// counts once, when it is sent. A leg is under way for as long as its command: whether a call is up
// cannot be told without events. With several roles the smallest limit holds. All sessions of a
// client share its limits, and a reload keeps what has been used, for 24 hours even of limits and
// clients that left the policy; so does a restart with [Store.SaveUse] and [Store.RestoreUse]. Of a
// clock that is set back by at most an hour the day goes on that had begun; one that is set back
// further is believed, and what has been used stays used until its next midnight.
//
// # Requirements
//
// "require" of a role maps KIND or KIND NAME, which matches as in a deny, to one or an array of var
// originate NAME VALUE. The kind is dial, or an API or application that dials: then its own legs
// are meant. Each of the legs must have the variable, and all values that are set for it must fit,
// in whatever block of the dial string or argument they stand ([command.Block]). The requirements
// of all roles of a client hold.
//
// # Doubts
//
// What is probably not meant is no error: see [Policy.Warnings]. What nobody has tried is in
// [Policy.Untouched]. Of a test, "role" in the place of "client" is whoever has that role and no other, and
// "after" what the session has sent before.
//
// # APIs
//
// "apis" describes APIs that FreeSWITCH's own tree does not have, adds subcommands to conference,
// and marks tokens that the audit leaves out; see [command.Module]. It changes nothing of what is
// known: what the tree has keeps its meaning. An index of a token that the argument cannot have is
// an error.
//
// # Denials
//
// Of an effect that no rule allows, a [Decision] names the rule that comes nearest (Near) and says
// what differs (Reason). The client is told the reason, so that holds nothing of what the rule
// spells: whoever tries arguments one after the other learns which of them a rule allows, as the
// decisions themselves tell, and not what else. A [Suggester] writes the rule that would allow the
// effect and no other.
//
// # Protections
//
// "protections_off" maps the name of a protection (see package command) to the reason why this
// policy does without it. An unknown name and an empty reason are errors, and each that is off is a
// warning.
//
// # Learning
//
// A [Learner] drafts the rules of a role from effects that were caused: it writes what this package reads.
// Where more than a few texts differ in one token, it proposes a pattern, for most of them if a few
// are odd; a range of numbers only where they come back. What
// takes other commands may have any arguments only where all that it did is learnt by itself. It never proposes
// a rule for opaque, handover, and what runs programs.
//
// # Reload
//
// A Store watches the file, the folders of its symbolic links, and looks twice a second besides. It
// reads the files soon after their last change, and at the latest a quarter of a second after the
// first; what is broken while it is being written is read again a few times before it is reported.
// A changed policy is read whole, compiled, tested by its own "tests" and then swapped in at once;
// a broken one changes nothing and is reported.
package policy
