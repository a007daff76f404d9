// Package event reads the events of FreeSWITCH, writes them in FreeSWITCH's three formats, and
// knows which events a listener is sent. It uses no sockets and decides nothing. What it says about
// FreeSWITCH is from its source (1.11.3-dev, git cc93a68), and its tests compare it with recordings
// of a real FreeSWITCH.
//
// # An event
//
// An [Event] is parsed from JSON, the only format that loses nothing. It has headers in the order
// in which FreeSWITCH sent them, and perhaps a body. Names may repeat. The value of a header is a
// text or a list of texts; a text may contain any bytes but NUL. A list also has one text for all
// of it, ARRAY::a|:b, which is what filters compare and what plain events contain. A text that
// begins with ARRAY:: is not a list.
//
// The type of an event is in its last Event-Name. The subclass of a CUSTOM event is in its first
// header, if that is Event-Subclass. In both cases other headers of that name are text that a
// client gave.
//
// # The formats
//
// Plain (switch_event.c, switch_event_serialize): a line "Name: value" for each header, with the
// value percent-encoded (switch_utils.c, switch_url_encode_opt), and a percent sign that two digits
// 0-9A-F follow left as it is. An empty value is _undef_. The encoded text of a list ends where
// FreeSWITCH's buffer for it is full, which is possible from 1,536 bytes on. Then Content-Length, a
// blank line and the body, or only a blank line if there is no body or it is empty.
//
// JSON (switch_event.c, switch_event_serialize_json_obj; cJSON.c): an object without blanks. A list
// is an array. The body is in the last two members, Content-Length and _body. [Event.Parse] accepts
// exactly what FreeSWITCH writes, so the event's JSON is the text that was parsed.
//
// XML (switch_event.c, switch_event_xmlize; switch_xml.c): an element for each value, encoded as in
// plain, under a name that is not escaped. A body that is not empty follows after Content-Length.
// In it, bytes above 127 are replaced by numbers of characters if they are UTF-8, and left out if
// they are not, and a text from "<!" on is not escaped.
//
// # Subscriptions
//
// A [Subscription] is changed by [Change]s, and [Subscription.Wants] says whether FreeSWITCH would
// send an event (mod_event_socket.c, event_handler):
//
//   - The type is subscribed to. A subscription to ALL sets a mark that covers every event. It also
//     adds all types, and the subclasses that FreeSWITCH's modules have reserved. nixevent with the
//     name of a type takes the mark and that type. An event of a type that the catalogue does not
//     know is only sent if there is the mark.
//   - A CUSTOM event also needs its subclass, unless it has none. nixevent ALL leaves the
//     subclasses, and the next subscription to CUSTOM brings them back.
//   - If there are filters, at least one without a minus sign matches, and none with a minus sign
//     does. Their order means nothing. A filter on a missing header does not match.
//   - After myevents, Unique-ID or Job-Owner-UUID is the attached channel's.
//
// FreeSWITCH reserves a subclass when a module that uses it is loaded. This package assumes the
// modules of FreeSWITCH's own tree (catalog.ReservedSubclasses).
//
// # Regular expressions
//
// A filter whose value begins with a slash is a regular expression (switch_regex.c). It runs in
// RE2, whose time is linear in the value, and not in PCRE. [ParseChange] refuses what RE2 cannot
// compile. As in FreeSWITCH, each byte is one character, "$" also matches before a line feed at the
// end, and only the flags i and s have a meaning. These differences are left: \s does not match a
// vertical tab, with the flag i the letters of Latin-1 have no case for PCRE, and an expression
// that RE2 can compile and PCRE cannot matches nothing in FreeSWITCH. [Subscription.TakeWork]
// counts what the filters cost, and [Subscription.Check] bounds the memory of the expressions.
//
// # What a connection is subscribed to
//
// A [Need] is what must be subscribed to at FreeSWITCH for one or several Subscriptions.
// [Need.Lines] and [Subscription.Lines] write the commands.
package event
