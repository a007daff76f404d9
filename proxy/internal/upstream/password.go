package upstream

import (
	"context"
	"time"

	"eslguard/policy"
)

// The file with an upstream's password may be read while it is being replaced or written. Before a
// login is refused because of that, the file is read up to passwordReads times, passwordWait apart.
const (
	passwordReads = 6
	passwordWait  = 40 * time.Millisecond
)

// passwordOf reads the upstream's password. A file that is missing or contains no password is read
// again a few times, since it may be about to be written. The caller does not count among the
// logins under way, so no other login waits for this.
func (d *Dialer) passwordOf(ctx context.Context, up *policy.Upstream) (string, error) {
	for reads := 1; ; reads++ {
		password, err := up.Password()
		if err == nil || up.PasswordFile() == "" || reads == passwordReads || ctx.Err() != nil {
			return password, err
		}
		d.pause(ctx, passwordWait)
	}
}

// newerPassword reads the upstream's password again after FreeSWITCH has refused one. It returns
// false if the password is still the same or cannot be read.
func (d *Dialer) newerPassword(ctx context.Context, up *policy.Upstream, refused string) (string, bool) {
	password, err := d.passwordOf(ctx, up)
	return password, err == nil && password != refused
}
