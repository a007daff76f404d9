package fileopen

import "strings"

// set returns the words of a list.
func set(list string) map[string]bool {
	words := map[string]bool{}
	for word := range strings.FieldsSeq(list) {
		words[word] = true
	}
	return words
}

// formats are the endings of names whose interface opens a file. streams are the schemes of the
// other interfaces. Both are case-sensitive.
var (
	formats = set(`wav aiff aif au snd raw paf iff svx voc sf w64 mat mat4 mat5 pvf xi htk sds avr sd2 flac caf wve mpc rf64 nist mp3
		r8 r16 r24 r32 gsm ul ulaw al alaw adpcm vox oga ogg mpga opus png pdf gif imgk webm mp4 m4a m4v mov mkv fsv yuv
		PCMU PCMA G722 GSM L16 G729 G723 iLBC speex SPEEX SILK BV16 BV32 AMR AMR-WB OPUS LPC CELT SIREN G7221
		AAL2-G726-16 AAL2-G726-24 AAL2-G726-32 AAL2-G726-40 G726-16 G726-24 G726-32 G726-40 DVI4 H261 H263 H264 VP8 VP9`)
	streams = set(`tts local_stream tone_stream silence_stream memcache av vlc shout shouts rtmp rtmps rtsp youtube`)
)

// remote are the interfaces that open a URL.
var remote = set(`http https http_cache shout shouts rtmp rtmps rtsp youtube`)
