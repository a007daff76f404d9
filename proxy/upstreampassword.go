package proxy

import (
	"context"
	"time"

	"eslguard/policy"
)

// The file with an upstream's password may be met while it is being replaced or written. Before a
// login is refused for that, the file is read up to passwordReads times, passwordWait apart.
const (
	passwordReads = 6
	passwordWait  = 40 * time.Millisecond
)

// passwordOf reads the upstream's password. A file that is missing or holds no password is read
// again a few times, since it may be about to be written. The caller holds no place in the line of
// an upstream, so nobody else waits for this.
func (d *dialer) passwordOf(ctx context.Context, up *policy.Upstream) (string, error) {
	for reads := 1; ; reads++ {
		password, err := up.Password()
		if err == nil || up.PasswordFile() == "" || reads == passwordReads || ctx.Err() != nil {
			return password, err
		}
		d.pause(ctx, passwordWait)
	}
}

// newerPassword reads the upstream's password again after FreeSWITCH has refused one. It returns
// false if it is still the same, or cannot be read.
func (d *dialer) newerPassword(ctx context.Context, up *policy.Upstream, refused string) (string, bool) {
	password, err := d.passwordOf(ctx, up)
	return password, err == nil && password != refused
}
