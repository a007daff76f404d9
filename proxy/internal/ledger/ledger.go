package ledger

import (
	"bytes"
	"time"

	"github.com/rs/zerolog"

	"eslguard/audit"
	"eslguard/proxy/internal/admission"
	"eslguard/proxy/internal/jobs"
)

// An Audit writes records. *audit.Log implements it.
type Audit interface {
	// Write writes r and returns its sequence, or an error if r is not written.
	Write(r *audit.Record) (seq uint64, err error)
	// Reply returns what may be recorded of a reply.
	Reply(text []byte, size int64, secret bool) audit.Reply
}

// A Ledger writes audit records and charges them to the clients that cause them. It must be made
// with New. It is safe for use by several goroutines.
type Ledger struct {
	audit      Audit
	allowances *admission.Allowances
	// log is the operator's log for trouble with the audit, limited in rate.
	log zerolog.Logger
}

// New returns a Ledger. log is the operator's log for trouble with the audit, limited in rate.
func New(to Audit, allowances *admission.Allowances, log zerolog.Logger) *Ledger {
	return &Ledger{audit: to, allowances: allowances, log: log}
}

// Write writes a record and charges it. It returns the sequence of the record.
func (l *Ledger) Write(r *audit.Record) (uint64, error) {
	seq, err := l.audit.Write(r)
	if err != nil {
		l.log.Error().Str("event", "audit").Err(err).Msg("the audit cannot be written; commands are refused")
	}
	l.allowances.Charge(r.Client, r.Size, time.Now())
	return seq, err
}

// Record is like Write without the sequence.
func (l *Ledger) Record(r *audit.Record) error {
	_, err := l.Write(r)
	return err
}

// Debt returns how long a client must not be read because of what it owes, 0 if it owes nothing.
func (l *Ledger) Debt(client string) time.Duration { return l.allowances.Debt(client, time.Now()) }

// ChargeWork charges a client with the time that it has kept the guard busy.
func (l *Ledger) ChargeWork(client string, took time.Duration, now time.Time) {
	l.allowances.ChargeWork(client, took, now)
}

// unsureJob is recorded in place of a result if it is uncertain which job it belongs to.
const unsureJob = "several clients ran the same command under this Job-UUID: whose result is which cannot be told"

// RecordJob records the result of a job.
func (l *Ledger) RecordJob(j jobs.Job, id string, result []byte, size int64) {
	r := &audit.Record{
		Kind: audit.KindJob, Session: j.Session, Client: j.Client, Of: j.Record, JobUUID: id, Took: time.Since(j.Started),
	}
	switch {
	case j.Unsure:
		r.Reason = unsureJob
	case j.Originates:
		r.CallUUID = CallUUID(result)
		fallthrough
	default:
		r.Reply = l.audit.Reply(result, size, j.Secret)
	}
	if _, err := l.audit.Write(r); err != nil {
		l.log.Error().Str("event", "audit").Err(err).Msg("the result of a bgapi is not recorded")
	}
	l.allowances.Charge(r.Client, r.Size, time.Now())
}

// uuidLength is the length of a uuid as FreeSWITCH writes it.
const uuidLength = 36

// CallUUID returns the call that an originate says it made ("+OK UUID"), and "" if it made none.
func CallUUID(answer []byte) string {
	uuid, ok := bytes.CutPrefix(answer, []byte("+OK "))
	if !ok || len(uuid) < uuidLength || bytes.ContainsAny(uuid[:uuidLength], " \r\n") {
		return ""
	}
	return string(uuid[:uuidLength])
}
