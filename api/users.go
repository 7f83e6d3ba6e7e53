package api

import (
	"context"
	"net/http"
	"time"

	"groundstation/account"
)

// UserInfo is a user as admins see one.
type UserInfo struct {
	Name      string    `json:"name"`
	Role      string    `json:"role" enum:"viewer,operator,supervisor,admin"`
	CreatedAt time.Time `json:"createdAt"`
	By        string    `json:"by"`
}

// UserInput makes a user.
type UserInput struct {
	Name     string `json:"name" minLength:"1" maxLength:"64"`
	Role     string `json:"role" enum:"viewer,operator,supervisor,admin"`
	Password string `json:"password" minLength:"10" maxLength:"512"`
}

// UserPatch gives a user another role, another password, or both.
type UserPatch struct {
	Role     string `json:"role,omitempty" enum:"viewer,operator,supervisor,admin"`
	Password string `json:"password,omitempty" minLength:"10" maxLength:"512" doc:"Ends all sessions of the user"`
}

// TokenInfo is an API token; its secret is not kept and cannot be shown again.
type TokenInfo struct {
	Name      string     `json:"name"`
	Role      string     `json:"role" enum:"viewer,operator,supervisor,admin"`
	By        string     `json:"by"`
	CreatedAt time.Time  `json:"createdAt"`
	ExpiresAt *time.Time `json:"expiresAt,omitempty"`
}

// TokenInput makes an API token.
type TokenInput struct {
	Name      string     `json:"name" minLength:"1" maxLength:"64"`
	Role      string     `json:"role" enum:"viewer,operator,supervisor,admin"`
	ExpiresAt *time.Time `json:"expiresAt,omitempty" doc:"Absent: it does not expire"`
}

// NewToken is an API token with its secret, shown this once.
type NewToken struct {
	TokenInfo
	Secret string `json:"secret"`
}

// ByName is the input of an operation on one user or token.
type ByName struct {
	Name string `path:"name" maxLength:"64"`
}

type patchUser struct {
	ByName
	Body UserPatch
}

func (h *Handler) userRoutes() {
	accounts := h.cfg.Accounts
	route(h, account.Admin, "list-users", http.MethodGet, "/users", "All users", 0,
		func(context.Context, *none) (*many[UserInfo], error) {
			out := []UserInfo{}
			for _, u := range accounts.Users() {
				out = append(out, UserInfo{Name: u.Name, Role: string(u.Role), CreatedAt: u.CreatedAt, By: u.By})
			}
			return &many[UserInfo]{out}, nil
		})
	route(h, account.Admin, "add-user", http.MethodPost, "/users", "Add a user", http.StatusNoContent,
		func(ctx context.Context, in *struct{ Body UserInput }) (*none, error) {
			return nil, h.managed(ctx, accounts.AddUser(in.Body.Name, account.Role(in.Body.Role), in.Body.Password, who(ctx).Name))
		})
	route(h, account.Admin, "change-user", http.MethodPatch, "/users/{name}", "Change a user's role or password; who may give no links to cameras away any more has them taken back", http.StatusNoContent,
		func(ctx context.Context, in *patchUser) (*none, error) {
			return nil, h.managed(ctx, accounts.ChangeUser(in.Name, account.Role(in.Body.Role), in.Body.Password, who(ctx).Name))
		})
	route(h, account.Admin, "remove-user", http.MethodDelete, "/users/{name}", "Remove a user, end their sessions and take back the links to cameras that they made", http.StatusNoContent,
		func(ctx context.Context, in *ByName) (*none, error) {
			return nil, h.managed(ctx, accounts.RemoveUser(in.Name, who(ctx).Name))
		})
	route(h, account.Admin, "list-tokens", http.MethodGet, "/tokens", "All API tokens", 0,
		func(context.Context, *none) (*many[TokenInfo], error) {
			out := []TokenInfo{}
			for _, t := range accounts.Tokens() {
				out = append(out, tokenInfo(t))
			}
			return &many[TokenInfo]{out}, nil
		})
	route(h, account.Admin, "add-token", http.MethodPost, "/tokens", "Make an API token", http.StatusCreated,
		func(ctx context.Context, in *struct{ Body TokenInput }) (*one[NewToken], error) {
			var expires time.Time
			if in.Body.ExpiresAt != nil {
				expires = *in.Body.ExpiresAt
			}
			t, secret, err := accounts.AddToken(in.Body.Name, account.Role(in.Body.Role), who(ctx).Name, expires)
			if err != nil {
				return nil, h.fromAccount(err)
			}
			return &one[NewToken]{NewToken{tokenInfo(t), secret}}, nil
		})
	route(h, account.Admin, "remove-token", http.MethodDelete, "/tokens/{name}", "Revoke an API token and take back the links to cameras that were made with it", http.StatusNoContent,
		func(ctx context.Context, in *ByName) (*none, error) {
			return nil, h.managed(ctx, accounts.RemoveToken(in.Name, who(ctx).Name))
		})
}

// managed ends a change of the accounts: links of those who may give none away any more are taken back.
func (h *Handler) managed(ctx context.Context, err error) error {
	if err != nil {
		return h.fromAccount(err)
	}
	if h.cfg.Shares == nil {
		return nil
	}
	if p := h.cfg.Shares.Disown(who(ctx).Name); p != nil {
		return fromDesk(p)
	}
	return nil
}

func tokenInfo(t account.Token) TokenInfo {
	info := TokenInfo{Name: t.Name, Role: string(t.Role), By: t.By, CreatedAt: t.CreatedAt}
	if !t.ExpiresAt.IsZero() {
		info.ExpiresAt = &t.ExpiresAt
	}
	return info
}
