package redact

// toldDigits are the words before DTMF and digits in FreeSWITCH's answers (mod_commands.c,
// uuid_send_dtmf_function and uuid_recv_dtmf_function) and in its log (switch_channel.c,
// switch_channel_queue_dtmf; switch_rtp.c; mod_skinny's skinny_server.c; switch_ivr_async.c), which
// has one digit a line.
var toldDigits = [...]string{"sent", "received", "recv", "detected"}

// tellsDigits reports whether the digits that were sent or came follow DTMF, which begins at from.
func (r *redactor) tellsDigits(from int) bool {
	end := from
	for end > r.start && isBlank(r.s[end-1]) {
		end--
	}
	begin := end
	for begin > r.start && end-begin < maxToldDigits && IsName(r.s[begin-1]) {
		begin--
	}
	r.looks += from - begin
	return end < from && oneOf(r.s[begin:end], toldDigits[:])
}

// maxToldDigits is how long one of toldDigits may be, in bytes, and longer than each.
const maxToldDigits = 16

// wordEnd returns where the word ends that begins here.
func (r *redactor) wordEnd() int {
	j := r.i
	for j < r.end && !isBlank(r.s[j]) {
		j++
	}
	r.looks += j - r.i
	return j
}
