package limit

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"eslguard/policy/internal/document"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// A usageFile is the file that keeps the use of limits over a restart:
//
//	{"eslguard_limits": 1, "saved": "2027-01-31T18:00:00Z", "clients": {"dialer": [
//	  {"limit": "dial", "of": "day", "used": 1500, "day": 20849, "at": "2027-01-31T17:59:59Z"},
//	  {"limit": "api originate", "of": "rate", "used": 7, "at": "2027-01-31T17:59:59Z"}]}}
//
// It has no limits "N at once", because a restart ends all commands.
type usageFile struct {
	Version int                     `json:"eslguard_limits"`
	Saved   time.Time               `json:"saved"`
	Clients map[string][]savedUsage `json:"clients"`
}

// A savedUsage is what a client has used of one limit.
type savedUsage struct {
	// Limit is the id of the limit.
	Limit string `json:"limit"`
	// Of is "day" or "rate".
	Of string `json:"of"`
	// Used is how many were used on that day, or how many of the burst were in use at At.
	Used int `json:"used"`
	// Day is the day of a limit per day, in days since 1970-01-01. It is 0 for a rate.
	Day int64 `json:"day,omitzero"`
	// At is, for a rate, the time of Used. For a limit per day it is the latest time at which the
	// clock was believed.
	At time.Time `json:"at"`
	// Gone is when the limit was removed from the policy, zero while it is in the policy.
	Gone time.Time `json:"gone,omitzero"`
}

const (
	usageVersion = 1
	// maxUsageFile is the most bytes of a file with the use of limits. About half a million limits
	// fit.
	maxUsageFile = 64 << 20
	// maxUsed is more than any client can have used of a limit.
	maxUsed = 1 << 40
	ofDay   = "day"
	ofRate  = "rate"
)

var errNotUsage = errors.New("it has no use of limits of this version")

// brokenSuffix is appended to the name of a file that cannot be read.
const brokenSuffix = ".broken"

// Restore restores what clients had used when Save wrote the file at path, and returns the time of
// that Save. It returns the zero time if the file does not exist. If it returns an error, it has
// restored nothing and has renamed the broken file: ".broken" is appended to its name.
func (b *Buckets) Restore(path string) (saved time.Time, err error) {
	f, err := readUsage(path)
	if errors.Is(err, fs.ErrNotExist) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, errors.Join(err, os.Rename(path, path+brokenSuffix))
	}
	for name, list := range f.Clients {
		u := b.Of(name)
		for i := range list {
			u.restore(&list[i])
		}
	}
	return f.Saved, nil
}

// readUsage reads a file with the use of limits.
func readUsage(path string) (*usageFile, error) {
	data, err := document.ReadBounded(path, maxUsageFile)
	if err != nil {
		return nil, err
	}
	return parseUsage(path, data)
}

// parseUsage parses data, the content of the file at path. It returns an error if any part is
// invalid.
func parseUsage(path string, data []byte) (*usageFile, error) {
	var f usageFile
	if err := json.Unmarshal(data, &f, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if f.Version != usageVersion {
		return nil, fmt.Errorf("%s: %w", path, errNotUsage)
	}
	for name, list := range f.Clients {
		if len(name) > document.MaxName || slices.ContainsFunc(list, func(k savedUsage) bool { return !k.valid() }) {
			return nil, fmt.Errorf("%s: what %s is said to have used is impossible", path, words.Quote(name))
		}
	}
	return &f, nil
}

// valid reports whether a bucket can have these values.
func (k *savedUsage) valid() bool {
	return (k.Of == ofDay || k.Of == ofRate && k.Day == 0) && k.Limit != "" && len(k.Limit) <= rule.MaxLength &&
		k.Used >= 0 && k.Used <= maxUsed && k.Day >= 0 && k.Day <= math.MaxInt32 && !k.At.IsZero()
}

// restore restores what the client had used of one limit.
func (u *Usage) restore(k *savedUsage) {
	u.mu.Lock()
	defer u.mu.Unlock()
	b := &bucket{goneSince: k.Gone}
	if k.Of == ofDay {
		b.day, b.seen, b.used = k.Day, k.At.Unix(), k.Used
		u.buckets[bucketKey{k.Limit, PerDay}] = b
		return
	}
	b.spent, b.spentAt = k.Used, k.At
	u.buckets[bucketKey{k.Limit, PerTime}] = b
}

// Save writes what clients have used of their limits to the file at path. The file then has its old
// or its new content, never a part.
func (b *Buckets) Save(path string, now time.Time) error {
	data, err := json.Marshal(b.kept(now), json.Deterministic(true))
	if err != nil {
		return err
	}
	if len(data) > maxUsageFile {
		return fmt.Errorf("it is over %d bytes", maxUsageFile)
	}
	return document.ReplaceFile(path, data)
}

// kept returns what every client has used. It locks one client at a time.
func (b *Buckets) kept(now time.Time) *usageFile {
	f := &usageFile{Version: usageVersion, Saved: now.UTC().Truncate(time.Second), Clients: make(map[string][]savedUsage)}
	for name, u := range b.all() {
		if list := u.kept(now); len(list) > 0 {
			f.Clients[name] = list
		}
	}
	return f
}

// kept returns what one client has used, sorted by limit.
func (u *Usage) kept(now time.Time) (list []savedUsage) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for key, b := range u.buckets {
		if key.measure == AtOnce {
			continue
		}
		k := savedUsage{Limit: key.id, Of: ofDay, Used: b.used, Day: b.day, At: time.Unix(b.seen, 0).UTC(), Gone: b.goneSince}
		if key.measure == PerTime {
			k.Of, k.Day = ofRate, 0
			k.Used, k.At = b.spentBy(now)
		}
		if k.Used > 0 {
			list = append(list, k)
		}
	}
	slices.SortFunc(list, func(a, b savedUsage) int {
		return cmp.Or(cmp.Compare(a.Limit, b.Limit), cmp.Compare(a.Of, b.Of))
	})
	return list
}
