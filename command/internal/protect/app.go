package protect

import (
	"strings"

	"eslguard/catalog"
	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// AppArgument refuses an empty argument of an application that reads it without checking that there
// is one (mod_dptools.c:330, 1596, 2242, 2250, 3111, 3207, 3291 to 3311 and 3357; mod_fsk.c:388;
// switch_msrp.c:1772; mod_vlc.c:1410 and 1801).
func AppArgument(g *Guard, args string, _ []string) {
	if args == "" {
		g.Refuse(catalog.ProtectAppArgument, args)
	}
}

// speechWords are the first words of detect_speech that need further words, and how many
// (mod_dptools.c:473 to 490).
var speechWords = map[string]int{"init": 1, "grammar": 1, "nogrammar": 1, "grammaron": 1, "grammaroff": 1, "param": 2}

// Speech refuses `WORD NAME …` with too few words.
func Speech(g *Guard, args string, tokens []string) {
	if len(tokens) > 0 && len(tokens) <= speechWords[ascii.ToLower(tokens[0])] {
		g.Refuse(catalog.ProtectDetectSpeech, args)
	}
}

// MultisetSlots is the maximum number of variables of multiset. The last one contains all the rest.
const MultisetSlots = 256

// Multiset refuses `[^^X]NAME=VALUE …` that ends in a lone backslash.
func Multiset(g *Guard, args string, _ []string) {
	s := fstext.Words(MultisetSlots)
	text := args
	if len(text) > 2 && strings.HasPrefix(text, "^^") && text[2] != ' ' {
		s, text = fstext.Char(text[2], MultisetSlots), text[3:]
	}
	g.overread(s, text, args)
}

// maxDigits bounds how many digits are collected. FreeSWITCH's buffers have 128 bytes
// (mod_dptools.c:2764 and 2832, mod_valet_parking.c:437), and the last byte ends the text. The
// longest number that people dial, that of a card, has 19 digits.
const maxDigits = 100

// Digits returns a check of the tokens that say how many digits are collected.
func Digits(at ...int) Check {
	return func(g *Guard, args string, tokens []string) {
		for _, i := range at {
			if i < len(tokens) && leadingNumber(tokens[i]) > maxDigits {
				g.Refuse(catalog.ProtectDigitCount, args)
			}
		}
	}
}

// maxPlaces bounds how many places a valet_park may search. FreeSWITCH looks each of them up while
// it has the module's only lock, which takes a millisecond for 10,000 (mod_valet_parking.c:243). A
// parking lot has a hundred.
const maxPlaces = 10_000

// Valet checks `LOT auto in|out MIN MAX` and `LOT ask MIN MAX`. FreeSWITCH reads a MAX of 0 as
// none.
func Valet(g *Guard, args string, tokens []string) {
	if len(tokens) < 3 {
		return
	}
	switch {
	case ascii.EqualFold(tokens[1], "ask"):
		if max(numberAt(tokens, 2), numberAt(tokens, 3)) > maxDigits {
			g.Refuse(catalog.ProtectDigitCount, args)
		}
	case ascii.EqualFold(tokens[1], "auto") && len(tokens) > 4:
		if strings.Contains(tokens[3], fstext.UnknownDollar) || strings.Contains(tokens[4], fstext.UnknownDollar) {
			return
		}
		low, high := leadingNumber(tokens[3]), leadingNumber(tokens[4])
		// A loop up to FreeSWITCH's greatest number never ends.
		if high == 0 || high-low > maxPlaces || high >= numberCap-1 {
			g.Refuse(catalog.ProtectValetRange, args)
		}
	}
}

// maxPicture bounds the width and the height of a picture, in pixels. FreeSWITCH computes one and a
// half times their product in 32 bits (mod_fsv.c:564). The largest video has 4,096 by 2,304 pixels.
const maxPicture = 4096

// Picture checks `FILE WIDTH HEIGHT …`.
func Picture(g *Guard, args string, tokens []string) {
	for i := 1; i <= 2; i++ {
		if n := numberAt(tokens, i); n < 0 || n > maxPicture {
			g.Refuse(catalog.ProtectPictureSize, args)
		}
	}
}
