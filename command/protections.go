package command

import (
	"fmt"
	"slices"
)

// A Protection is one kind of input that is refused whatever the policy allows, unless it is
// switched off by its name.
type Protection struct {
	// Name is a word like expr-depth. It is stable.
	Name string
	// Text says what is refused, and why, in one sentence.
	Text string
	// Releases says which releases of FreeSWITCH are concerned.
	Releases string
}

// Protections returns all protections, by name.
func Protections() []Protection { return slices.Clone(protections[1:]) }

// A protectionID is the index of a protection. The zero one is none.
type protectionID uint8

// A protectionSet is a set of protections.
type protectionSet uint64

func (s protectionSet) has(id protectionID) bool { return s>>id&1 != 0 }

// isOff reports whether a protection is switched off.
func (c *Catalog) isOff(id protectionID) bool { return c.off.has(id) }

// Without returns a catalogue by which Parse lets pass what the protections of these names refuse.
// Its error names the one that there is not.
func (c *Catalog) Without(names ...string) (*Catalog, error) {
	n := *c
	for _, name := range names {
		id := slices.IndexFunc(protections[:], func(p Protection) bool { return p.Name == name })
		if id < 1 {
			return nil, fmt.Errorf("command: there is no protection %.64q", name)
		}
		n.off |= 1 << id
	}
	return &n, nil
}

// The protections, in the order of their names.
const (
	protectAliasLoop protectionID = 1 + iota
	protectAPIArgument
	protectAppArgument
	protectChatAnswer
	protectChatConference
	protectChatOutcome
	protectChatReceiver
	protectChatVerto
	protectCoalesceFormat
	protectCompleteCursor
	protectCondOperand
	protectConferenceCanvas
	protectConferenceVoice
	protectDetectSpeech
	protectDigitCount
	protectDropDTMFMask
	protectExprDepth
	protectFeatureEvent
	protectFileBlock
	protectFileEnding
	protectFileNesting
	protectFileStreamName
	protectHeartbeatSched
	protectJSONCallcenter
	protectJSONDepth
	protectLoneBackslash
	protectLoneSeparator
	protectMediaParams
	protectOriginateUndef
	protectPictureSize
	protectRedisFormat
	protectRegexPattern
	protectRegexRepeats
	protectRegexSize
	protectReplaceEmpty
	protectReplaceGrowth
	protectSingleReject
	protectSofiaUsername
	protectStrftimeFormat
	protectTextLength
	protectToneFile
	protectToneFrequencies
	protectToneLength
	protectUUIDPrefix
	protectValetRange
	protectWrapperDepth
	numProtections
)

// The releases that are concerned. Where nothing else was found, FreeSWITCH's source reads the same
// in all of them.
const (
	allReleases = "all known, 1.10 and 1.11"
	only110     = "1.10; 1.11 has another library"
	since1107   = "1.10.7 and later, 1.11"
	reported    = "before 1.11, as reported; their source does not show it"
)

// protections are what is refused for each protectionID. The first is none.
var protections = [numProtections]Protection{
	protectAliasLoop: {"alias-loop", "An alias that can lead back to itself is refused: each use of it would run it again, " +
		"and twice as often each time.", allReleases},
	protectAPIArgument: {"api-argument", "An API that reads its argument without looking whether there is one is refused " +
		"without an argument.", allReleases},
	protectAppArgument: {"app-argument", "An application that reads its argument without looking whether there is one is refused " +
		"without an argument.", allReleases},
	protectChatAnswer: {"chat-answer", "A message to a conference that is to be answered by the protocol of conferences is refused: " +
		"two conferences would answer each other without an end.", allReleases},
	protectChatConference: {"chat-conference", "A chat with a conference whose name is longer than 256 bytes is refused: " +
		"the name is copied into a fixed buffer.", allReleases},
	protectChatOutcome: {"chat-outcome", "An SMS::SEND_MESSAGE event that states how its delivery ended is refused: " +
		"with some values FreeSWITCH sends the message again and again.", allReleases},
	protectChatReceiver: {"chat-receiver", "A message to a conference that states no receiver is refused: " +
		"FreeSWITCH reads the receiver without looking whether there is one.", allReleases},
	protectChatVerto: {"chat-verto", "A message by verto that names a call is refused: " +
		"FreeSWITCH takes the call for one of verto without looking whether it is one.", allReleases},
	protectCoalesceFormat: {"coalesce-format", "A percent sign in a coalesce is refused: " +
		"its value is taken for a print format.", allReleases},
	protectCompleteCursor: {"complete-cursor", "A completion whose cursor lies outside of its text is refused: " +
		"FreeSWITCH would write there.", allReleases},
	protectCondOperand: {"cond-operand", "A cond without the second side of its comparison is refused: " +
		"FreeSWITCH reads on behind the end of the text.", allReleases},
	protectConferenceCanvas: {"conference-canvas", "Changing a layer or the clearing of a conference's canvas is refused: " +
		"FreeSWITCH does not look whether the conference has such a canvas, and one without video has none.", allReleases},
	protectConferenceVoice: {"conference-voice", "A text for a conference to speak that names a voice of more than 100 bytes is refused: " +
		"the name is copied into a fixed buffer.", allReleases},
	protectDetectSpeech: {"detect-speech", "A detect_speech that does not name what it loads or changes is refused: " +
		"FreeSWITCH reads the name without looking whether there is one.", allReleases},
	protectDigitCount: {"digit-count", "Collecting more than 100 digits is refused: they are written into a fixed buffer.", allReleases},
	protectDropDTMFMask: {"drop-dtmf-mask", "An uuid_drop_dtmf with an unknown kind of mask is refused: " +
		"FreeSWITCH leaves the channel locked for ever.", allReleases},
	protectExprDepth: {"expr-depth", "An expr of more than 1,000 bytes or 100 operators is refused: " +
		"FreeSWITCH calls itself once for each of them, until its stack is full.", allReleases},
	protectFeatureEvent: {"feature-event", "A PHONE_FEATURE event with a value of more than 64 bytes is refused: " +
		"the values are written into a buffer that is lost when it has to grow.", allReleases},
	protectFileBlock: {"file-block", "A name of a file that begins with a block of parameters which nothing closes is refused: " +
		"FreeSWITCH looks for its end for ever.", allReleases},
	protectFileEnding: {"file-ending", "A file's name that ends like file.http is refused, for the file, file_string and http streams: " +
		"FreeSWITCH opens it by itself, again and again.", allReleases},
	protectFileNesting: {"file-nesting", "A file's name that leads through more than three streams is refused: " +
		"FreeSWITCH calls itself for each of them, until its stack is full.", allReleases},
	protectFileStreamName: {"file-stream-name", "A file's name with more than 100 bytes before its :// is refused: " +
		"they are copied into a fixed buffer.", allReleases},
	protectHeartbeatSched: {"heartbeat-sched", "An uuid_session_heartbeat that schedules and states no time is refused: " +
		"FreeSWITCH reads the time without looking whether there is one.", allReleases},
	protectJSONCallcenter: {"json-callcenter", "A JSON callcenter_config without arguments is refused: " +
		"FreeSWITCH reads them without looking whether there are any.", reported},
	protectJSONDepth: {"json-depth", "JSON of more than 100 levels is refused: FreeSWITCH calls itself for each of them, " +
		"until its stack is full.", allReleases},
	protectLoneBackslash: {"lone-backslash", "A list of tokens that ends in a lone backslash is refused: " +
		"FreeSWITCH takes its end for an escaped character, and reads and writes behind it.", allReleases},
	protectLoneSeparator: {"lone-separator", "A list that states a separator of its own and ends there is refused: " +
		"FreeSWITCH reads on behind its end.", allReleases},
	protectMediaParams: {"media-params", "An uuid_media_params with something to set is refused: " +
		"FreeSWITCH looks for the channel of the caller, and an event socket has none.", since1107},
	protectOriginateUndef: {"originate-undef", "An originate that calls nobody or leads nowhere is refused: " +
		"FreeSWITCH does not expect either.", allReleases},
	protectPictureSize: {"picture-size", "A play_yuv of a picture that is wider or higher than 4,096 dots is refused: " +
		"the memory for it is computed in a number that may overflow.", allReleases},
	protectRedisFormat: {"redis-format", "A percent sign in the API hiredis_raw is refused: " +
		"the answer, which may repeat it, is taken for a print format.", allReleases},
	protectRegexPattern: {"regex-pattern", "A pattern in the form of Asterisk with more than 40 bytes is refused: " +
		"it is written out into a fixed buffer.", allReleases},
	protectRegexRepeats: {"regex-repeats", "A pattern that repeats a group, in a filter or for a text of more than 100 bytes, is refused: " +
		"the library for regular expressions calls itself for each repetition, until its stack is full.", only110},
	protectRegexSize: {"regex-size", "A regex whose text times the number of its groups is more than 256 KiB is refused: " +
		"FreeSWITCH takes that much memory, and many times that much time.", allReleases},
	protectReplaceEmpty: {"replace-empty", "A replace of nothing is refused: FreeSWITCH finds it again and again.", allReleases},
	protectReplaceGrowth: {"replace-growth", "A replace that makes a text of more than 1 MiB, or looks for a long text in a long one, " +
		"is refused: FreeSWITCH takes memory anew for each byte, and compares each with each.", allReleases},
	protectSingleReject: {"single-reject", "A hangup_on_single_reject that is true, without a fail_on_single_reject beside it, is refused: " +
		"FreeSWITCH reads the second without looking whether there is one.", allReleases},
	protectSofiaUsername: {"sofia-username", "A sofia_username_of without a user is refused: FreeSWITCH does not expect that.", allReleases},
	protectStrftimeFormat: {"strftime-format", "A strftime that states a time and ends there is refused: " +
		"FreeSWITCH reads on behind the end of the text.", allReleases},
	protectTextLength: {"text-length", "A toupper, tolower or url_decode of more than 64 KiB is refused: " +
		"its time grows with the square of the length.", allReleases},
	protectToneFile: {"tone-file", "A tone stream that reads its script from a device or by a relative name is refused: " +
		"such a file may have no end.", allReleases},
	protectToneFrequencies: {"tone-frequencies", "A tone_detect of more than 16 frequencies is refused: " +
		"they are written into a list of fixed length.", allReleases},
	protectToneLength: {"tone-length", "A tone script that repeats without an end, or makes more than 64 Mi samples, is refused: " +
		"all of it is generated into memory before the first sample is heard.", allReleases},
	protectUUIDPrefix: {"uuid-prefix", "A bgapi, eval or expand with a uuid of more than 64 bytes before its text is refused: " +
		"it is copied into a fixed buffer.", allReleases},
	protectValetRange: {"valet-range", "A valet_park over a range without an end or of more than 10,000 places is refused: " +
		"FreeSWITCH looks at each place while it holds up all parking.", allReleases},
	protectWrapperDepth: {"wrapper-depth", "More than 16 of expand and xml_wrap within each other are refused: " +
		"FreeSWITCH calls itself for each of them, until its stack is full.", allReleases},
}
