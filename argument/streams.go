package argument

import (
	"slices"
	"strings"
)

// A streamKind says what follows the name of a stream.
type streamKind uint8

const (
	streamUnknown streamKind = iota
	streamNested             // the name of another file, or several
	streamHost               // a host and a path on it
	streamName               // a name or description that only this stream understands
	streamProgram            // something that makes FreeSWITCH run a program
)

// streams are the file interfaces of FreeSWITCH's tree that open something other than the file with
// that name. FreeSWITCH chooses one by the text before ://, or by the text after the last dot of
// the name (switch_core_file.c, switch_core_perform_file_open). An ending that is neither here nor
// in plainEndings is unknown and treated as harmful.
var streams = map[string]streamKind{
	"file": streamNested, "file_string": streamNested, "tts": streamNested, "say": streamName, "phrase": streamProgram,
	"shell_stream": streamProgram, "httapi": streamProgram,
	"local_stream": streamName, "silence_stream": streamName, "tone_stream": streamName, "silence": streamName,
	"http": streamHost, "https": streamHost, "http_cache": streamHost, "memcache": streamHost, "shout": streamHost,
	"shouts": streamHost, "av": streamHost, "rtmp": streamHost, "rtmps": streamHost, "rtsp": streamHost, "vlc": streamHost,
	"youtube": streamHost, "portaudio_stream": streamName, "ssml": streamNested, "rayo": streamNested, "fileman": streamNested,
}

// plainEndings are the endings with which FreeSWITCH opens only the file itself: those of
// mod_sndfile and libsndfile, mod_shout, mod_opusfile, mod_native_file, mod_av, mod_fsv, mod_png
// and mod_imagick, and those of faxes. FreeSWITCH compares them with case.
var plainEndings = makeSet(
	// mod_sndfile
	"wav wave WAV aif aiff au snd svx paf nist sph sf mat mat4 mat5 pvf xi htk caf sd2 flac ogg oga opus raw rf64 wve w64 mpc mpc2k avr",
	"r8 r16 r24 r32 gsm ul ulaw al alaw adpcm vox oki sln",
	// mod_shout, mod_opusfile, mod_av, mod_fsv
	"mp3 mpga m4a mp4 m4v mov mkv webm fsv",
	// mod_native_file: the names of codecs
	"PCMU PCMA GSM G722 G729 G723 G726-16 G726-24 G726-32 G726-40 L16 SPEEX speex iLBC ILBC opus AMR AMR-WB SILK BV16 BV32 PROXY DVI4 LPC CELT H261 H263 H264 VP8 VP9",
	// pictures, and faxes
	"png jpg jpeg gif pdf tif tiff",
)

func makeSet(lists ...string) map[string]bool {
	set := make(map[string]bool)
	for _, list := range lists {
		for word := range strings.FieldsSeq(list) {
			set[word] = true
		}
	}
	return set
}

// RunsProgram reports whether FreeSWITCH would run a program to open the file name, because of the
// ending of the name or of one of its other spellings (switch_core_file.c,
// switch_core_perform_file_open). Use it for every value, since any variable may be the name of a
// file that is played later.
func RunsProgram(name string) bool {
	if strings.IndexByte(name, '.') < 0 {
		return false
	}
	if endsInProgram(name) {
		return true
	}
	return strings.ContainsAny(name, "%!'\\") && slices.ContainsFunc(FileSpellings(name), endsInProgram)
}

func endsInProgram(name string) bool {
	return streams[name[strings.LastIndexByte(name, '.')+1:]] == streamProgram && strings.IndexByte(name, '.') >= 0
}
