// Package protect finds the inputs that protections refuse. Some inputs are known to stop
// FreeSWITCH, to make it run on without an end or to corrupt its memory. Each kind of them is a
// [catalog.Protection] with a name. A frame that contains one is refused, at any depth of nesting
// and whatever the policy allows, unless the policy switches that protection off
// ([catalog.Catalog.Without]).
//
// A [Check] looks at the argument of one API or application. The tables of package nested say which
// checks an API or application has. The other methods of [Guard] look at variables, events and
// filters.
//
// A protection decides on what is known. If only FreeSWITCH knows a value, ${…}, the value is taken
// to be harmless; the opaque effect of the expansion says that it may be anything. Inputs are found
// down to the same depth as effects ([fstext.MaxDepth]). What several commands assemble together is
// not found.
//
// A bound is always well below what breaks FreeSWITCH and well above what a real command needs. The
// comment of a bound gives both, with the line of FreeSWITCH's source (1.11.3-dev, git cc93a68).
//
// # What is not protected
//
// The following costs FreeSWITCH time or memory, but there is no protection, since the cost is
// bounded or does not depend on the input:
//
//   - Nested expansions: FreeSWITCH expands at most 100 levels.
//   - A regular expression may try many ways to match. FreeSWITCH's library stops after ten
//     million, which takes a few seconds.
//   - The loops of an expr end after 100,000 steps (exprobj.c:38). It is tried three times.
//   - A chain of bgapi starts one thread after the other, each of which ends at once: at most
//     11,000 in one frame.
//   - msleep, sleep, time_test, timer_test, name lookups, directory lookups and URLs take long by
//     nature. Only their caller waits. A policy that allows them should limit their rate.
//   - loop_playback, endless_playback, silence_stream and `eavesdrop all` end with the channel, as
//     intended.
//   - What a database, a name server, a URL or another server answers (enum_auto, cidlookup,
//     single_esl, the media of play_fsv) is not in the frame. Nor is the length of a channel's call
//     list, which may be longer than eavesdrop expects.
//   - domain_data and mutex keep some memory for every call, whatever the argument. Only a rate
//     limit helps.
//   - shutdown, `fsctl crash`, system and the script languages do what they say. Rules decide about
//     them.
//   - A gateway that does not register stays locked after `sofia profile … register`. The frame is
//     the same for gateways that do.
//
// # To add a protection
//
//  1. Add a constant and a row to catalog/protections.go, in the order of the names. The row's text
//     says what is refused and why, without the details of how FreeSWITCH breaks.
//  2. Write a check in the file of its topic here. Its comment says what it refuses and gives the
//     line of FreeSWITCH's source; its bound's comment says what breaks and what a real command
//     needs.
//  3. Name the check in apis.go or apps.go of package nested. For a variable, an event or a filter,
//     call it from Guard.Variable, Event or Filter instead.
//  4. Add rows to TestChecks here: the largest input that passes and the smallest that is refused.
//  5. Add a protectedTest to protected_test.go or protectedapps_test.go of package command, with
//     frames that are refused and frames that pass. It tests the check at every depth.
package protect
