package protect

import (
	"strings"

	"eslguard/catalog"
	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// The bounds of tones. FreeSWITCH generates all samples of a script, of two bytes each, in memory
// before the first is heard (mod_tone_stream.c:179, switch_ivr_play_say.c:1116). A ringing tone has
// a few seconds; it is repeated by the ;loops= of a tone_stream and not by its script. At 48,000
// samples a second, which is assumed if a script does not state its rate, the bound is 23 minutes.
// A list of frequencies has space for 18, and the last one marks its end (switch_ivr_async.c:4392,
// libteletone.h:81). The tones of telephony have two.
const (
	maxSamples     = 64 << 20 // in memory, of all channels
	maxRate        = 192_000  // samples a second
	maxChannels    = 8
	maxRepeats     = 10_000  // of one tone, and of the script
	maxTones       = 100_000 // in all repetitions
	maxFrequencies = 16
)

// Frequencies returns a check of the token with index at, which lists the frequencies of
// tone_detect.
func Frequencies(at int) Check {
	return func(g *Guard, args string, tokens []string) {
		if at < len(tokens) && strings.Count(tokens[at], ",") >= maxFrequencies {
			g.Refuse(catalog.ProtectToneFrequencies, args)
		}
	}
}

// Gentones checks `SCRIPT[|LOOPS]` (mod_dptools.c:3153).
func Gentones(g *Guard, args string, _ []string) {
	script, _, _ := strings.Cut(args, "|")
	g.toneScript(script)
}

// tones checks the text after tone_stream://, a script or path=FILE, and its loops
// (mod_tone_stream.c:141 and 167).
func (g *Guard) tones(text string) {
	const path = "path="
	if !ascii.HasPrefixFold(text, path) {
		g.toneScript(text)
		return
	}
	file, _, _ := strings.Cut(text[len(path):], ";")
	relative := !strings.HasPrefix(file, "/") && !strings.HasPrefix(file, fstext.UnknownDollar)
	if relative || strings.Contains(file, "/dev/") || strings.Contains(file, "/proc/") || strings.Contains(file, "/sys/") {
		g.Refuse(catalog.ProtectToneFile, text)
	}
}

// A toneReader adds up the sound that a script makes (libteletone_generate.c:314, teletone_run).
type toneReader struct {
	rate, channels int64
	duration, wait int64 // of a tone that states none, in milliseconds
	loops, repeats int64 // of the next tone, and of the script
	time, tones    int64 // of all tones, in milliseconds and in number
	perMillisecond int64 // the most samples, of all channels
	exceeded       bool
}

// toneScript checks a script. It consists of settings, X=NUMBER, and tones, X or
// X(DURATION,WAIT,FREQUENCY,…), separated by semicolons.
func (g *Guard) toneScript(script string) {
	r := toneReader{rate: 48_000, channels: 1, duration: 250, wait: 63, perMillisecond: 48}
	for part := range strings.SplitSeq(script, ";") {
		part = strings.TrimLeft(part, " \r\n")
		if len(part) > 1 && part[1] == '=' {
			r.setting(part[0], leadingNumber(part[2:]))
		} else {
			r.play(part)
		}
	}
	times := max(r.repeats, 1)
	if r.exceeded || r.tones*times > maxTones || r.time*times*r.perMillisecond > maxSamples {
		g.Refuse(catalog.ProtectToneLength, script)
	}
}

// setting reads one setting. Of several L, the first that is greater than zero counts.
func (r *toneReader) setting(name byte, n int64) {
	switch name {
	case 'c':
		r.channels = n
		r.exceeded = r.exceeded || n < 0 || n > maxChannels
	case 'r':
		r.rate = n
		r.exceeded = r.exceeded || n < 0 || n > maxRate
	case 'd':
		r.duration = min(max(n, 0), maxSamples)
	case 'w':
		r.wait = min(max(n, 0), maxSamples)
	case 'l':
		r.loops = n
		r.exceeded = r.exceeded || n < 0 || n > maxRepeats
	case 'L':
		if r.repeats == 0 && n > 0 {
			r.repeats = n
			r.exceeded = r.exceeded || n > maxRepeats
		}
	}
	r.perMillisecond = max(r.perMillisecond, r.rate/1000*r.channels)
}

// play adds the tones in text.
func (r *toneReader) play(text string) {
	for text != "" && !r.exceeded {
		if strings.IndexByte(" \r\n", text[0]) >= 0 {
			text = text[1:]
			continue
		}
		duration, wait := r.duration, r.wait
		if len(text) > 1 && text[1] == '(' {
			var inner string
			inner, text, _ = strings.Cut(text[2:], ")")
			first, rest, more := strings.Cut(inner, ",")
			duration = leadingNumber(first)
			if more {
				second, _, _ := strings.Cut(rest, ",")
				wait = leadingNumber(second)
			}
		} else {
			text = text[1:]
		}
		times := max(r.loops, 1)
		r.loops = 0
		r.tones += times
		r.time += times * (min(max(duration, 0), maxSamples) + min(max(wait, 0), maxSamples))
		r.exceeded = r.tones > maxTones || r.time > maxSamples
	}
}
