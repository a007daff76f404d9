// Package rule compiles the rules of roles and matches them against effects.
//
// A [Compiler] reads a rule and refuses one that can never match anything, by what a [Vocabulary]
// knows about FreeSWITCH. A [Rule] matches an effect, and can say why it does not, and how far it
// is from matching. A [Set] finds the first of many rules that matches an effect without looking at
// the others. The zero values match nothing.
//
// # How a rule is written
//
//	KIND TOKEN TOKEN …
//	repeating KIND TOKEN TOKEN …
//
// A rule is matched against the tokens of an effect (see package command): its name, then its
// arguments as FreeSWITCH splits them. One space separates two tokens. Names are compared without
// case where FreeSWITCH does so, and so are the tokens that it compares without case; everything
// else is compared exactly.
//
//	abc        these characters
//	*          any run of characters within a token, also an empty one
//	?          one character
//	a|b        alternatives for the whole token
//	""         a token that is empty
//	**         as the last token: all the rest, also nothing; as the name: any effect of the kind
//	<uuid>     a channel uuid in its usual form
//	<1-60>     a number in plain digits, from 1 to 60
//	<digits>   one digit or more; <digits 7> is seven of them, <digits 7-15> seven to fifteen; it
//	           may follow literal text, and takes all the digits that are there
//	$name      any entry of the set of that name; also within a token
//	/re2/      a regular expression (RE2 syntax) for the whole token
//	\*         the character itself, also of ? | $ < > / @ and the backslash; \s is a space
//	@class     in place of the name of an api or app: a class of the catalogue, or @a|@b; alone it
//	           allows any arguments
//
// A token that begins and ends with a slash is a regular expression; a folder is written
// \/like/this/.
//
// A rule of the kind dial may begin with dial a-leg, dial b-leg or dial other-leg. Then it is about
// legs at that place alone (see [command.Leg]); a deny of b-leg is about other-leg, too.
//
// An expansion is spelled \${uuid}, \${strftime(%Y%m%d)} or \$${name}. Rules that spell everything
// that an opaque effect stands for ([command.Effect.Expanded]) allow it, unless a deny could match
// what the expansions become. Such a rule is an error if the client may set the variable, unless
// opaque expansion is allowed too.
//
// # What a rule matches
//
// Deny beats allow, whatever their order, and what nothing matches is denied. Wildcards are narrow
// in an allow rule and broad in a deny rule, so that a deny cannot be dodged. In an allow rule
//
//   - * and ? of the kind dial match only 0-9 A-Z a-z + # . _ -;
//   - elsewhere wildcards, ** and classes match only what is harmless for the type of the position
//     (see package command), so that anything else has to be spelled or matched by a regular
//     expression;
//   - no wildcard matches the name of a variable whose value acts;
//   - the events API, BACKGROUND_JOB and LOG, and CUSTOM without a subclass, which is all of them,
//     are matched by their own names only; so are, for inject, API, BACKGROUND_JOB, LOG, and the
//     events by which the switch reports about itself (SHUTDOWN, RELOADXML, TRAP, MODULE_LOAD,
//     ADD_SCHEDULE and the like);
//   - opaque needs its reason spelled, handover its host; no class or wildcard covers them, and the
//     role must say "unguarded": true;
//   - effects that a schedule or the loops of a sendmsg repeat are matched only by rules that begin
//     with the word repeating, and those match nothing else.
//
// A deny looks at every spelling of a value that [command.Effect.Spellings] knows, and at a leg
// without case. A log rule allows its level and the less verbose ones; a deny of log denies its
// level and the more verbose ones.
package rule
