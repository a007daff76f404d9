package command

import (
	"strings"

	"eslguard/internal/ascii"
	"eslguard/internal/fstext"
)

// appGuards are the guards of applications, by name.
func appGuards() map[string][]guard {
	return map[string][]guard{
		"bgsystem":                    {guardAppArgument},
		"capture":                     {guardCapture},
		"capture_video":               {guardAppArgument},
		"chromakey":                   {fileGuard(2)},
		"conference_set_auto_outcall": {overreadsAs(fstext.Char(',', maxAutoOutcalls))},
		"deflect":                     {guardAppArgument},
		"detect_audio":                {fileGuard(3)},
		"detect_silence":              {fileGuard(3)},
		"detect_speech":               {guardSpeech},
		"digit_action_set_realm":      {guardAppArgument},
		"displace_session":            {fileGuard(0)},
		"endless_playback":            {fileGuard(0)},
		"fifo":                        {fileGuard(2, 3, 4)},
		"fsk_display":                 {guardAppArgument},
		"gentones":                    {guardGentones},
		"limit_hash":                  {overreadsAs(fstext.Words(6))},
		"limit_hash_execute":          {overreadsAs(fstext.Words(5))},
		"loop_playback":               {guardAppArgument, guardLoopPlayback},
		"msrp_send_file":              {guardAppArgument},
		"multiset":                    {guardSeparator, guardMultiset},
		"multiunset":                  {guardSeparator, guardMultiset},
		"play_and_detect_speech":      {guardPlayAndDetect},
		"play_and_get_digits":         {fileGuard(5, 6), digitGuard(0, 1)},
		"play_video":                  {guardAppArgument},
		"play_yuv":                    {guardPicture},
		"playback":                    {fileGuard(0)},
		"preprocess":                  {guardAppArgument},
		"read":                        {fileGuard(2), digitGuard(0, 1)},
		"record":                      {fileGuard(0)},
		"record_session":              {fileGuard(0)},
		"record_session_mask":         {guardAppArgument},
		"record_session_pause":        {guardAppArgument},
		"record_session_resume":       {guardAppArgument},
		"record_session_unmask":       {guardAppArgument},
		"stop_displace_session":       {guardAppArgument},
		"stop_record_session":         {guardAppArgument},
		"system":                      {guardAppArgument},
		"tone_detect":                 {frequencyGuard(1)},
		"valet_park":                  {fileGuard(5), guardValet},
		"video_replace":               {fileGuard(0, 1)},
		"wait_for_silence":            {fileGuard(4)},
	}
}

// guardAppArgument is for applications that read their argument, which is nothing where there is
// none (mod_dptools.c:330, 1596, 2242, 2250, 3111, 3207, 3291 to 3311 and 3357; mod_fsk.c:388;
// switch_msrp.c:1772; mod_vlc.c:1410 and 1801).
func guardAppArgument(p *parser, args string, _ []string) {
	if args == "" {
		p.protect(protectAppArgument, args)
	}
}

// speechWords are the first words of detect_speech that need so many after them (mod_dptools.c:473
// to 490).
var speechWords = map[string]int{"init": 1, "grammar": 1, "nogrammar": 1, "grammaron": 1, "grammaroff": 1, "param": 2}

// guardSpeech is for `WORD NAME …`.
func guardSpeech(p *parser, args string, tokens []string) {
	if len(tokens) > 0 && len(tokens) <= speechWords[ascii.ToLower(tokens[0])] {
		p.protect(protectDetectSpeech, args)
	}
}

// guardMultiset is for `[^^X]NAME=VALUE …`.
func guardMultiset(p *parser, args string, _ []string) {
	s := fstext.Words(maxMultiset)
	text := args
	if len(text) > 2 && strings.HasPrefix(text, "^^") && text[2] != ' ' {
		s, text = fstext.Char(text[2], maxMultiset), text[3:]
	}
	if fstext.EndsInBackslash(text) {
		if tokens, _ := s.Split(text); s.Overreads(text, tokens) {
			p.protect(protectLoneBackslash, args)
		}
	}
}

// maxDigits is how many digits may be collected. The buffers have 128 bytes (mod_dptools.c:2764 and
// 2832, mod_valet_parking.c:437), the last for the end of the text, and nobody keys in more than a
// card's number of 19 digits.
const maxDigits = 100

// digitGuard returns a guard for the tokens that say how many digits are collected.
func digitGuard(at ...int) guard {
	return func(p *parser, args string, tokens []string) {
		for _, i := range at {
			if i < len(tokens) && leadingNumber(tokens[i]) > maxDigits {
				p.protect(protectDigitCount, args)
			}
		}
	}
}

// maxPlaces is how many places a valet_park may look through. FreeSWITCH looks each up, which is a
// millisecond for 10,000, while it holds the module's one lock (mod_valet_parking.c:243). A parking
// lot has a hundred.
const maxPlaces = 10_000

// guardValet is for `LOT auto in|out MIN MAX` and `LOT ask MIN MAX`. A highest place of 0 is none.
func guardValet(p *parser, args string, tokens []string) {
	if len(tokens) < 3 {
		return
	}
	c := call{tokens: tokens}
	switch {
	case ascii.EqualFold(tokens[1], "ask"):
		if max(leadingNumber(c.token(2)), leadingNumber(c.token(3))) > maxDigits {
			p.protect(protectDigitCount, args)
		}
	case ascii.EqualFold(tokens[1], "auto") && len(tokens) > 4:
		if strings.Contains(tokens[3], fstext.UnknownDollar) || strings.Contains(tokens[4], fstext.UnknownDollar) {
			return
		}
		low, high := leadingNumber(tokens[3]), leadingNumber(tokens[4])
		// The greatest of FreeSWITCH's numbers is never passed.
		if high == 0 || high-low > maxPlaces || high >= tooMuch-1 {
			p.protect(protectValetRange, args)
		}
	}
}

// maxPicture is how wide and high a picture may be, in dots. One and a half times the product is
// computed in 32 bits (mod_fsv.c:564). The largest video has 4,096 times 2,304 dots.
const maxPicture = 4096

// guardPicture is for `FILE WIDTH HEIGHT …`.
func guardPicture(p *parser, args string, tokens []string) {
	c := call{tokens: tokens}
	for i := 1; i <= 2; i++ {
		if n := leadingNumber(c.token(i)); n < 0 || n > maxPicture {
			p.protect(protectPictureSize, args)
		}
	}
}
