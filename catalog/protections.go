package catalog

import (
	"fmt"
	"slices"
)

// A Protection is one kind of input that is refused even if the policy allows it, unless the policy
// switches the protection off.
type Protection struct {
	// Name is the name of the protection in policies and records, such as expr-depth. It never
	// changes.
	Name string
	// Text says in one sentence what is refused and why.
	Text string
	// Releases says which releases of FreeSWITCH are affected.
	Releases string
}

// Protections returns all protections, sorted by name.
func Protections() []Protection { return slices.Clone(protectionTable[1:]) }

// A ProtectionID identifies a protection. The zero ProtectionID is none.
type ProtectionID uint8

// A protectionSet is a set of protections.
type protectionSet uint64

// Protection returns the protection that id identifies. It panics if there is none; for the zero
// ProtectionID it returns an empty one.
func (id ProtectionID) Protection() Protection { return protectionTable[id] }

func (s protectionSet) has(id ProtectionID) bool { return s>>id&1 != 0 }

// IsOff reports whether the protection is switched off in c.
func (c *Catalog) IsOff(id ProtectionID) bool { return c.off.has(id) }

// Without returns a copy of c in which the protections with these names are also switched off, so
// that Parse in package command does not refuse their inputs. The error names a protection that
// does not exist.
func (c *Catalog) Without(names ...string) (*Catalog, error) {
	n := *c
	for _, name := range names {
		id := slices.IndexFunc(protectionTable[:], func(p Protection) bool { return p.Name == name })
		if id < 1 {
			return nil, fmt.Errorf("catalog: there is no protection %.64q", name)
		}
		n.off |= 1 << id
	}
	return &n, nil
}

// The protections, in the order of their names.
const (
	ProtectAliasLoop ProtectionID = 1 + iota
	ProtectAPIArgument
	ProtectAppArgument
	ProtectChatAnswer
	ProtectChatConference
	ProtectChatOutcome
	ProtectChatReceiver
	ProtectChatVerto
	ProtectCoalesceFormat
	ProtectCompleteCursor
	ProtectCondOperand
	ProtectConferenceCanvas
	ProtectConferenceVoice
	ProtectDetectSpeech
	ProtectDigitCount
	ProtectDropDTMFMask
	ProtectExprDepth
	ProtectFeatureEvent
	ProtectFileBlock
	ProtectFileEnding
	ProtectFileNesting
	ProtectFileStreamName
	ProtectHeartbeatSched
	ProtectJSONCallcenter
	ProtectJSONDepth
	ProtectLoneBackslash
	ProtectLoneSeparator
	ProtectMediaParams
	ProtectOriginateUndef
	ProtectPictureSize
	ProtectRedisFormat
	ProtectRegexPattern
	ProtectRegexRepeats
	ProtectRegexSize
	ProtectReplaceEmpty
	ProtectReplaceGrowth
	ProtectSingleReject
	ProtectSofiaUsername
	ProtectStrftimeFormat
	ProtectTextLength
	ProtectToneFile
	ProtectToneFrequencies
	ProtectToneLength
	ProtectUUIDPrefix
	ProtectValetRange
	ProtectWrapperDepth
	numProtections
)

// The releases that are affected. If nothing else is known, FreeSWITCH's source is the same in all
// releases.
const (
	allReleases = "all known, 1.10 and 1.11"
	only110     = "1.10; 1.11 has another library"
	since1107   = "1.10.7 and later, 1.11"
	reported    = "before 1.11, as reported; their source does not show it"
)

// protectionTable has the protection of each ProtectionID. The first one is empty.
var protectionTable = [numProtections]Protection{
	ProtectAliasLoop: {"alias-loop", "An alias that can lead back to itself is refused: each use of it would run it again, " +
		"twice as often each time.", allReleases},
	ProtectAPIArgument: {"api-argument", "An API that reads its argument without checking that there is one is refused " +
		"without an argument.", allReleases},
	ProtectAppArgument: {"app-argument", "An application that reads its argument without checking that there is one is refused " +
		"without an argument.", allReleases},
	ProtectChatAnswer: {"chat-answer", "A message to a conference whose answer would go to a conference is refused: " +
		"two conferences would answer each other without end.", allReleases},
	ProtectChatConference: {"chat-conference", "A chat with a conference whose name is longer than 256 bytes is refused: " +
		"the name is copied into a fixed buffer.", allReleases},
	ProtectChatOutcome: {"chat-outcome", "An SMS::SEND_MESSAGE event that states how its delivery ended is refused: " +
		"with some values FreeSWITCH sends the message again and again.", allReleases},
	ProtectChatReceiver: {"chat-receiver", "A message to a conference that states no receiver is refused: " +
		"FreeSWITCH reads the receiver without checking that there is one.", allReleases},
	ProtectChatVerto: {"chat-verto", "A message by verto that names a call is refused: " +
		"FreeSWITCH uses the call as one of verto without checking that it is one.", allReleases},
	ProtectCoalesceFormat: {"coalesce-format", "A percent sign in a coalesce is refused: " +
		"its value is used as a print format.", allReleases},
	ProtectCompleteCursor: {"complete-cursor", "A completion whose cursor is outside its text is refused: " +
		"FreeSWITCH would write there.", allReleases},
	ProtectCondOperand: {"cond-operand", "A cond without the second side of its comparison is refused: " +
		"FreeSWITCH reads past the end of the text.", allReleases},
	ProtectConferenceCanvas: {"conference-canvas", "Changing a layer or the clearing of a conference's canvas is refused: " +
		"FreeSWITCH does not check whether the conference has one, and a conference without video has none.", allReleases},
	ProtectConferenceVoice: {"conference-voice", "A text for a conference to speak that names a voice of more than 100 bytes is refused: " +
		"the name is copied into a fixed buffer.", allReleases},
	ProtectDetectSpeech: {"detect-speech", "A detect_speech that does not name what it loads or changes is refused: " +
		"FreeSWITCH reads the name without checking that there is one.", allReleases},
	ProtectDigitCount: {"digit-count", "Collecting more than 100 digits is refused: they are written into a fixed buffer.", allReleases},
	ProtectDropDTMFMask: {"drop-dtmf-mask", "An uuid_drop_dtmf with an unknown kind of mask is refused: " +
		"FreeSWITCH would leave the channel locked for ever.", allReleases},
	ProtectExprDepth: {"expr-depth", "An expr of more than 1,000 bytes or 100 operators is refused: " +
		"FreeSWITCH calls itself once for each of them, until its stack is full.", allReleases},
	ProtectFeatureEvent: {"feature-event", "A PHONE_FEATURE event with a value of more than 64 bytes is refused: " +
		"the values are written into a buffer that is lost when it has to grow.", allReleases},
	ProtectFileBlock: {"file-block", "A file's name that begins with a block of parameters that is not closed is refused: " +
		"FreeSWITCH looks for its end for ever.", allReleases},
	ProtectFileEnding: {"file-ending", "A file's name that ends like file.http is refused, for the file, file_string and http streams: " +
		"FreeSWITCH opens it through itself, again and again.", allReleases},
	ProtectFileNesting: {"file-nesting", "A file's name that leads through more than three streams is refused: " +
		"FreeSWITCH calls itself for each of them, until its stack is full.", allReleases},
	ProtectFileStreamName: {"file-stream-name", "A file's name with more than 100 bytes before its :// is refused: " +
		"they are copied into a fixed buffer.", allReleases},
	ProtectHeartbeatSched: {"heartbeat-sched", "An uuid_session_heartbeat that schedules and states no time is refused: " +
		"FreeSWITCH reads the time without checking that there is one.", allReleases},
	ProtectJSONCallcenter: {"json-callcenter", "A JSON callcenter_config without arguments is refused: " +
		"FreeSWITCH reads them without checking that there are any.", reported},
	ProtectJSONDepth: {"json-depth", "JSON of more than 100 levels is refused: FreeSWITCH calls itself for each of them, " +
		"until its stack is full.", allReleases},
	ProtectLoneBackslash: {"lone-backslash", "A list of tokens that ends in a lone backslash is refused: " +
		"FreeSWITCH reads its end as an escaped character, and reads and writes past it.", allReleases},
	ProtectLoneSeparator: {"lone-separator", "A list that states a separator of its own and ends there is refused: " +
		"FreeSWITCH reads past its end.", allReleases},
	ProtectMediaParams: {"media-params", "An uuid_media_params with something to set is refused: " +
		"FreeSWITCH looks for the channel of the caller, and an event socket has none.", since1107},
	ProtectOriginateUndef: {"originate-undef", "An originate without a leg or without a destination is refused: " +
		"FreeSWITCH does not expect either.", allReleases},
	ProtectPictureSize: {"picture-size", "A play_yuv of a picture that is wider or higher than 4,096 pixels is refused: " +
		"the memory for it is computed in a number that may overflow.", allReleases},
	ProtectRedisFormat: {"redis-format", "A percent sign in the API hiredis_raw is refused: " +
		"the answer, which may repeat it, is used as a print format.", allReleases},
	ProtectRegexPattern: {"regex-pattern", "A pattern in the form of Asterisk with more than 40 bytes is refused: " +
		"it is written out into a fixed buffer.", allReleases},
	ProtectRegexRepeats: {"regex-repeats", "A pattern that repeats a group, in a filter or for a text of more than 100 bytes, is refused: " +
		"the library for regular expressions calls itself for each repetition, until its stack is full.", only110},
	ProtectRegexSize: {"regex-size", "A regex whose text times the number of its groups is more than 256 KiB is refused: " +
		"FreeSWITCH allocates that much memory, and needs many times that much time.", allReleases},
	ProtectReplaceEmpty: {"replace-empty", "A replace of nothing is refused: FreeSWITCH finds it again and again.", allReleases},
	ProtectReplaceGrowth: {"replace-growth", "A replace that makes a text of more than 1 MiB, or looks for a long text in a long one, " +
		"is refused: FreeSWITCH allocates memory again for each byte, and compares each byte of one with each of the other.", allReleases},
	ProtectSingleReject: {"single-reject", "A hangup_on_single_reject that is true is refused if no fail_on_single_reject is set with it: " +
		"FreeSWITCH reads the second without checking that there is one.", allReleases},
	ProtectSofiaUsername: {"sofia-username", "A sofia_username_of without a user is refused: FreeSWITCH does not expect that.", allReleases},
	ProtectStrftimeFormat: {"strftime-format", "A strftime that states a time and ends there is refused: " +
		"FreeSWITCH reads past the end of the text.", allReleases},
	ProtectTextLength: {"text-length", "A toupper, tolower or url_decode of more than 64 KiB is refused: " +
		"its time grows with the square of the length.", allReleases},
	ProtectToneFile: {"tone-file", "A tone stream that reads its script from a device or by a relative name is refused: " +
		"such a file may have no end.", allReleases},
	ProtectToneFrequencies: {"tone-frequencies", "A tone_detect of more than 16 frequencies is refused: " +
		"they are written into a list of fixed length.", allReleases},
	ProtectToneLength: {"tone-length", "A tone script that repeats without end, or makes more than 64 Mi samples, is refused: " +
		"all of it is generated into memory before the first sample is heard.", allReleases},
	ProtectUUIDPrefix: {"uuid-prefix", "A bgapi, eval or expand with a uuid of more than 64 bytes before its text is refused: " +
		"it is copied into a fixed buffer.", allReleases},
	ProtectValetRange: {"valet-range", "A valet_park over a range without end, or of more than 10,000 places is refused: " +
		"FreeSWITCH checks each place, and meanwhile blocks all parking.", allReleases},
	ProtectWrapperDepth: {"wrapper-depth", "More than 16 nested expand and xml_wrap are refused: " +
		"FreeSWITCH calls itself for each of them, until its stack is full.", allReleases},
}
