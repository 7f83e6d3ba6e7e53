// Package account says who may come in and what they may do: users with a role, their sessions, tokens for programs,
// and the one-time setup token that makes the first user, since no account ships.
//
// Book is the core: pure rules over the kept records. It answers with Changes and alters nothing itself; Accounts, the
// shell, has them kept durably and only then applies them, so a record that could not be kept was never in force.
//
//	nobody ──setup token──► first user (admin) ──► further users, tokens
//	user ──password──► session (24 h) ──sign-out, removal, new password, expiry──► gone
//	5 wrong passwords ──► that name is locked for 10 minutes, whether such a user exists or not
//
// Passwords are kept as argon2id (RFC 9106) in PHC strings with the parameters OWASP names for 19 MiB; session
// secrets, API tokens and the setup token are 256 random bits, kept only as their SHA-256. Looking up who somebody is
// never waits for the disk, so a slow disk cannot keep an operator from ordering a hold.
package account
