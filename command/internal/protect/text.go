package protect

import (
	"strings"

	"eslguard/catalog"
	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// cutDelimiter cuts off the m:X that the argument of replace and regex may begin with. X then
// separates the tokens; the default is | (mod_commands.c:1977 and 2035).
func cutDelimiter(args string) (text string, sep byte) {
	if len(args) > 2 && strings.HasPrefix(args, "m:") {
		switch c := args[2]; c {
		case '|', '~', '/':
			return args[3:], c
		}
	}
	return args, '|'
}

// replaceSlots and regexSlots are how many tokens the two read (mod_commands.c:1966 and 2019).
const (
	replaceSlots = 3
	regexSlots   = 4
)

// maxReplaced bounds the result of a replace, in bytes. FreeSWITCH allocates memory for each byte
// (switch_utils.c:2948), which takes some ten milliseconds for a MiB. A text in a frame, and so the
// longest value to replace in, has 64 KiB.
//
// maxCompared bounds the bytes that it compares. At each byte of the text it compares until one
// byte differs (switch_utils.c:2914), which takes a second for a billion bytes.
const (
	maxReplaced = 1 << 20
	maxCompared = 1 << 30
)

// Replace refuses `TEXT|SEARCH|REPLACEMENT` with an empty SEARCH or too long a result
// (switch_utils.c:2931, switch_string_replace).
func Replace(g *Guard, args string, _ []string) {
	text, sep := cutDelimiter(args)
	s := fstext.Char(sep, replaceSlots)
	tokens, _ := s.Split(text)
	if s.Overreads(text, tokens) {
		g.Refuse(catalog.ProtectLoneBackslash, args)
	}
	if len(tokens) < replaceSlots {
		return
	}
	if tokens[1] == "" {
		g.Refuse(catalog.ProtectReplaceEmpty, args)
		return
	}
	matches := strings.Count(tokens[0], tokens[1])
	if len(tokens[0])+matches*len(tokens[2]) > maxReplaced || int64(len(tokens[0]))*int64(len(tokens[1])) > maxCompared {
		g.Refuse(catalog.ProtectReplaceGrowth, args)
	}
}

// maxQuadratic bounds the argument of APIs whose time grows with the square of its length, in bytes
// (mod_commands.c:1777 and 1801, switch_utils.c:3554). 64 KiB take less than 0.1 s; 1.6 s were
// measured for 300 KB. The header of a frame is not longer, but the body of a sendmsg may have 1
// MiB, which would take 20 s. Real arguments are a word or two.
const maxQuadratic = 64 << 10

// Length refuses an argument of more than maxQuadratic bytes.
func Length(g *Guard, args string, _ []string) {
	if len(args) > maxQuadratic {
		g.Refuse(catalog.ProtectTextLength, args)
	}
}

// The bounds of regular expressions. FreeSWITCH allocates the length of the text and the
// substitution, once for each group (mod_commands.c:2067): a MiB with 7,000 groups ended the
// process. The time grows with the product of that and the length of the text (switch_regex.c:205).
// A pattern that begins with an underscore is expanded, up to five bytes for each of its own, into
// 256 bytes (switch_regex.c:71, switch_utils.c:1389). Real patterns match a name or a number with a
// few groups; dial patterns have twenty characters.
//
// The library of FreeSWITCH 1.10 (PCRE 8) calls itself at least once for each repetition of a
// group, with some 500 bytes of a stack of 240 KiB, and FreeSWITCH sets no limit
// (switch_regex.c:109 of 1.10.12). That of 1.11 does not.
const (
	maxMatched  = 256 << 10
	maxPattern  = 40
	maxRepeated = 100
)

// Regex checks `TEXT|PATTERN|SUBSTITUTION|FLAGS` (mod_commands.c:2014).
func Regex(g *Guard, args string, _ []string) {
	text, sep := cutDelimiter(args)
	s := fstext.Char(sep, regexSlots)
	tokens, _ := s.Split(text)
	if s.Overreads(text, tokens) {
		g.Refuse(catalog.ProtectLoneBackslash, args)
	}
	if len(tokens) < 2 {
		return
	}
	g.pattern(tokens[0], tokens[1])
	if len(tokens) > 2 && (len(tokens[0])+len(tokens[2])+10)*(1+strings.Count(tokens[1], "(")) > maxMatched {
		g.Refuse(catalog.ProtectRegexSize, args)
	}
}

// pattern checks the arguments of switch_regex_perform.
func (g *Guard) pattern(text, pattern string) {
	if strings.HasPrefix(pattern, "_") && knownLength(pattern) > maxPattern {
		g.Refuse(catalog.ProtectRegexPattern, pattern)
	}
	if knownLength(text) > maxRepeated && repeatsGroup(pattern) {
		g.Refuse(catalog.ProtectRegexRepeats, pattern)
	}
}

// Filter checks the value of a filter that is a regular expression. It is compared with headers of
// any length.
func (g *Guard) Filter(value string) {
	if repeatsGroup(value) {
		g.RefuseAt(catalog.ProtectRegexRepeats, "filter", value)
	}
}

// repeatsGroup reports whether a pattern may repeat a group, or call a group from within itself.
func repeatsGroup(pattern string) bool {
	escaped := false
	for i := range len(pattern) {
		rest := pattern[i:]
		switch {
		case escaped:
			escaped = false
			if strings.HasPrefix(rest, "g") {
				return true // \g<1>
			}
		case rest[0] == '\\':
			escaped = true
		case strings.HasPrefix(rest, ")*"), strings.HasPrefix(rest, ")+"), strings.HasPrefix(rest, "){"):
			return true
		case len(rest) > 2 && strings.HasPrefix(rest, "(?") && strings.IndexByte("R&P+-0123456789", rest[2]) >= 0:
			return true
		}
	}
	return false
}

// Capture checks the argument of the application capture, `NAME|TEXT|PATTERN`.
func Capture(g *Guard, _ string, tokens []string) {
	if len(tokens) > 2 {
		g.pattern(tokens[1], tokens[2])
	}
}

// maxChatName bounds the name of a conference in a chat, in bytes. FreeSWITCH's buffer has 512
// (conference_event.c:986). Real names are a word.
const maxChatName = 256

// isLongChat reports whether the name in a chat's receiver, [PROTOCOL+]NAME[@DOMAIN], is too long.
// The chat may reach a conference by any protocol except api, whose receiver is a command.
func isLongChat(proto, to string) bool {
	if len(to) <= maxChatName || ascii.EqualFold(proto, "api") {
		return false
	}
	if _, rest, ok := strings.Cut(to, "+"); ok {
		to = rest
	}
	name, _, _ := strings.Cut(to, "@")
	return knownLength(name) > maxChatName
}

// chatConference is the chat protocol of conferences (mod_conference.h, CONF_CHAT_PROTO).
const chatConference = "conf"

// hasNoReceiver reports whether a chat with a conference states no receiver. FreeSWITCH drops an
// empty header, and the conference searches it for a + without checking that it exists
// (conference_event.c:1004).
func hasNoReceiver(proto, to string) bool { return to == "" && ascii.EqualFold(proto, chatConference) }

// Chat checks `PROTOCOL|FROM|TO|TEXT|TYPE`.
func Chat(g *Guard, args string, tokens []string) {
	switch {
	case len(tokens) < 3:
	case isLongChat(tokens[0], tokens[2]):
		g.Refuse(catalog.ProtectChatConference, args)
	case len(tokens) > 3 && hasNoReceiver(tokens[0], tokens[2]):
		g.Refuse(catalog.ProtectChatReceiver, args)
	}
}

// maxVoice bounds the name of a voice, in bytes. FreeSWITCH's buffer has 128
// (mod_conference.c:1038, conference_member.c:1662).
const maxVoice = 100

// isLongVoice reports whether a text to speak, [{…}]#VOICE#TEXT, names a voice with too long a
// name.
func isLongVoice(text string) bool {
	text = strings.TrimLeft(text, " ")
	for strings.HasPrefix(text, "{") {
		end := fstext.EndOfBlock(text, '{', '}')
		if end < 0 {
			return false
		}
		text = strings.TrimLeft(text[end+1:], " ")
	}
	text, ok := strings.CutPrefix(text, "#")
	voice, _, closed := strings.Cut(text, "#")
	return ok && closed && knownLength(voice) > maxVoice
}

// conferenceFiles has the index of the token that names a file, by the subcommand of conference.
var conferenceFiles = map[string]int{
	"play": 2, "moh": 2, "record": 2, "norecord": 2, "pause": 2, "resume": 2, "vid-bgimg": 2, "vid-fgimg": 2,
	"hold": 3, "kick": 3, "recording": 3, "enter_sound": 3, "exit_sound": 3, "vid-mute-img": 3, "vid-logo-img": 3,
}

// Conference checks `NAME SUBCOMMAND …`. FreeSWITCH uses the number of a canvas without comparing
// it with how many there are (conference_api.c:573 and 1167).
func Conference(g *Guard, args string, tokens []string) {
	if len(tokens) < 3 {
		return
	}
	sub := ascii.ToLower(tokens[1])
	if i := conferenceFiles[sub]; i > 0 && i < len(tokens) {
		g.fileName(tokens[i])
	}
	switch {
	case sub == "canvas-auto-clear", sub == "vid-layer" && len(tokens) > 3:
		g.Refuse(catalog.ProtectConferenceCanvas, args)
	case strings.HasPrefix(sub, "say"):
		if isLongVoice(strings.Join(tokens[2:], " ")) || isLongVoice(strings.Join(tokens[3:], " ")) {
			g.Refuse(catalog.ProtectConferenceVoice, args)
		}
	}
}
