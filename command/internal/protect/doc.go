// Package protect finds the inputs that protections refuse. Some inputs are known to stop
// FreeSWITCH,
// to make it run on without an end or to corrupt its memory. Each kind of them is a
// [catalog.Protection] with a name. A frame that contains one is refused, however deep it is nested
// and whatever the policy allows, unless the policy switches that protection off
// ([catalog.Catalog.Without]).
//
// A [Check] looks at the argument of one API or application. Which checks an API or application
// has is
// in the tables of package nested. The other methods of [Guard] look at variables, events and
// filters.
//
// A protection decides on what is known. Where a value is known by FreeSWITCH only, ${…}, it lets
// the rest pass if the rest is harmless; the opaque effect says what may come of it. It sees as
// deep as effects are looked for ([fstext.MaxDepth]). Nor does it see what several commands make
// together.
//
// A bound is always well below what breaks FreeSWITCH and well above what anybody means. Both stand
// beside it, with the line of FreeSWITCH's source (1.11.3-dev, git cc93a68).
//
// # What is not protected
//
// The following costs FreeSWITCH time or memory, but within a bound, or it is not the input that
// decides:
//
//   - Expansions within each other: FreeSWITCH goes down to 100 and no further.
//   - A regular expression may try many ways to match. FreeSWITCH's library stops after ten
//     million, which is a few seconds.
//   - The loops of an expr end after 100,000 steps (exprobj.c:38), of which there are three tries.
//   - A chain of bgapi starts one thread after the other, each of which ends at once: 11,000 at
//     most in one frame.
//   - msleep, sleep, time_test, timer_test, name lookups, directory lookups and URLs take long by
//     their nature. They hold up
//     only who waits for them. A policy that allows them limits how often.
//   - loop_playback, endless_playback, silence_stream and `eavesdrop all` end with the channel, as
//     they are meant to.
//   - What a database, a name server, a URL or another server answers (enum_auto, cidlookup,
//     single_esl, the media of
//     play_fsv) is not in the frame. That a channel's call list is longer than eavesdrop's is not
//     either.
//   - domain_data and mutex keep some memory for every call, whatever the argument. Only a rate
//     helps.
//   - shutdown, `fsctl crash`, system and the script languages do what they say. They are a matter
//     of rules.
//   - A gateway that does not register stays locked after `sofia profile … register`: the frame is
//     the same for those that do.
//
// # To add a protection
//
// Give it a constant and a row in catalog/protections.go, by its name, and a check in the file
// of its
// topic here, which states its bound, what breaks and the line of FreeSWITCH's source. Name the
// check
// in the table of APIs or applications of package nested. Add frames of both kinds to a
// protectedTest
// of package command.
package protect
