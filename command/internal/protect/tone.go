package protect

import (
	"strings"

	"eslguard/catalog"
	"eslguard/internal/ascii"
	"eslguard/internal/fstext"
)

// The bounds of tones. All samples of a script are generated into memory, two bytes each, before
// the first one is heard (mod_tone_stream.c:179, switch_ivr_play_say.c:1116): a ringing tone has a
// few seconds, and repeats as the stream of that name does it, ;loops=, not by its script. At
// 48,000 samples a second, which counts where a script states no other rate, the bound is 23
// minutes. A list of frequencies has scratch for 18, the last of them for its end
// (switch_ivr_async.c:4392, libteletone.h:81); the tones of telephony have two.
const (
	maxSamples     = 64 << 20
	maxRate        = 192_000
	maxChannels    = 8
	maxRepeats     = 10_000  // of one tone, and of the script
	maxTones       = 100_000 // in all
	maxFrequencies = 16
)

// Frequencies returns a guard for the token that lists the frequencies of tone_detect.
func Frequencies(at int) Check {
	return func(g *Guard, args string, tokens []string) {
		if at < len(tokens) && strings.Count(tokens[at], ",") >= maxFrequencies {
			g.Refuse(catalog.ProtectToneFrequencies, args)
		}
	}
}

// Gentones is for `SCRIPT[|LOOPS]` (mod_dptools.c:3153).
func Gentones(g *Guard, args string, _ []string) {
	script, _, _ := strings.Cut(args, "|")
	g.toneScript(script)
}

// tones looks at what follows tone_stream://, a script or path=FILE, and its loops
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

// A toneReader adds up what a script makes (libteletone_generate.c:314, teletone_run).
type toneReader struct {
	rate, channels int64
	duration, wait int64 // of a tone that states none, in milliseconds
	loops, repeats int64 // of the next tone, and of the script
	time, tones    int64 // of all tones, in milliseconds and in number
	most           int64 // of rate times channels
	broken         bool
}

// toneScript looks at a script: settings, X=NUMBER, and tones, X or X(DURATION,WAIT,FREQUENCY,…),
// with semicolons between them.
func (g *Guard) toneScript(script string) {
	r := toneReader{rate: 48_000, channels: 1, duration: 250, wait: 63, most: 48}
	for part := range strings.SplitSeq(script, ";") {
		part = strings.TrimLeft(part, " \r\n")
		if len(part) > 1 && part[1] == '=' {
			r.setting(part[0], leadingNumber(part[2:]))
		} else {
			r.play(part)
		}
	}
	times := max(r.repeats, 1)
	if r.broken || r.tones*times > maxTones || r.time*times*r.most > maxSamples {
		g.Refuse(catalog.ProtectToneLength, script)
	}
}

// setting reads one setting. A script may repeat only once: of L the first that is above zero
// counts.
func (r *toneReader) setting(name byte, n int64) {
	switch name {
	case 'c':
		r.channels = n
		r.broken = r.broken || n < 0 || n > maxChannels
	case 'r':
		r.rate = n
		r.broken = r.broken || n < 0 || n > maxRate
	case 'd':
		r.duration = min(max(n, 0), maxSamples)
	case 'w':
		r.wait = min(max(n, 0), maxSamples)
	case 'l':
		r.loops = n
		r.broken = r.broken || n < 0 || n > maxRepeats
	case 'L':
		if r.repeats == 0 && n > 0 {
			r.repeats = n
			r.broken = r.broken || n > maxRepeats
		}
	}
	r.most = max(r.most, r.rate/1000*r.channels)
}

// play reads tones.
func (r *toneReader) play(text string) {
	for text != "" && !r.broken {
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
		r.broken = r.tones > maxTones || r.time > maxSamples
	}
}
