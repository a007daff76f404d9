// Package rule compiles the rules of roles and matches them against effects.
//
// A [Compiler] reads a rule and refuses one that can never match anything, according to its
// [Vocabulary], which knows the names that FreeSWITCH has. A [Rule] matches an effect, and can say
// why it does not match and how close it is. A [Set] finds the first of many rules that matches an
// effect without looking at the others. The zero values match nothing.
//
// # How a rule is written
//
//	KIND TOKEN TOKEN …
//	repeating KIND TOKEN TOKEN …
//
// A rule is matched against the tokens of an effect (see package effect): its name, then its
// arguments as FreeSWITCH splits them. One space separates two tokens. A name or token that
// FreeSWITCH compares without case is compared without case; everything else is compared exactly.
//
//	abc        these characters
//	*          any run of characters within a token, also an empty one
//	?          one character
//	a|b        alternatives for the whole token
//	""         an empty token
//	**         as the last token: all further tokens, or none; as the name: any effect of the kind
//	<uuid>     a channel uuid in its usual form
//	<1-60>     a number in plain digits, from 1 to 60
//	<digits>   one digit or more; <digits 7> is seven of them, <digits 7-15> seven to fifteen; it
//	           may follow literal text, and takes all digits up to the next other character
//	$name      any entry of the set of that name; also within a token
//	/re2/      a regular expression (RE2 syntax) for the whole token
//	\*         the character itself, also of ? | $ < > / @ and the backslash; \s is a space
//	@class     in place of the name of an api or app: a class of the catalogue, or @a|@b; alone it
//	           allows any arguments
//
// A token that begins and ends with a slash is a regular expression. A folder is written
// \/like/this/.
//
// A rule of the kind dial may begin with dial a-leg, dial b-leg or dial other-leg. Then it applies
// only to legs at that place (see [effect.Leg]). A deny rule for b-leg also applies to other-leg.
//
// An expansion is spelled \${uuid}, \${strftime(%Y%m%d)} or \$${name}. An effect that is opaque
// because of expansions lists the effects whose names and tokens contain them
// ([effect.Effect.Expanded]). It is allowed if rules spell all of these expansions, unless a deny
// rule could match what the expansions become. A rule that spells an expansion is an error if the
// client may set the variable, unless opaque expansion is allowed too.
//
// # What a rule matches
//
// A deny rule beats an allow rule, whatever their order, and an effect that no rule matches is
// denied. Wildcards are narrow in an allow rule and broad in a deny rule, so that no spelling
// evades a deny rule. In an allow rule
//
//   - * and ? of the kind dial match only 0-9 A-Z a-z + # . _ -;
//   - elsewhere wildcards, ** and classes match only what is harmless for the type of the position
//     (see package argument). Anything else has to be spelled, or matched by a regular expression;
//   - no wildcard matches the name of a variable whose value acts;
//   - the events API, BACKGROUND_JOB and LOG, and CUSTOM without a subclass, which means all
//     subclasses, are matched only by their own names. For inject this applies to API,
//     BACKGROUND_JOB, LOG, and the events by which the switch reports about itself (SHUTDOWN,
//     RELOADXML, TRAP, MODULE_LOAD, ADD_SCHEDULE and the like);
//   - the reason of an opaque and the host of a handover must be spelled; no class or wildcard
//     matches them, and the role must have "unguarded": true;
//   - effects that a schedule or the loops of a sendmsg repeat are matched only by rules that begin
//     with the word repeating, and those match no other effects.
//
// A deny rule is compared with every spelling of a value that [catalog.Spellings] knows, and with a
// leg without case. A log rule allows its level and the less verbose ones; a deny rule of the kind
// log denies its level and the more verbose ones.
package rule
