package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"groundstation/account"
	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/mission/privacy"
)

// PrivacyZoneInput is ground that is not to be recorded: a polygon or a circle.
type PrivacyZoneInput struct {
	Name    string         `json:"name" minLength:"1" maxLength:"120"`
	Reason  string         `json:"reason" minLength:"1" maxLength:"500"`
	Rule    privacy.Rule   `json:"rule" enum:"record,relay" doc:"record: it is not recorded; relay: nor shown"`
	Ring    []geo.LatLon   `json:"ring,omitempty" nullable:"false" maxItems:"60"`
	Center  *geo.LatLon    `json:"center,omitempty"`
	RadiusM float64        `json:"radiusM,omitempty" minimum:"0" maximum:"50000"`
	Daily   *privacy.Daily `json:"daily,omitempty" doc:"When it is in force; absent: always"`
}

// OverrideInput opens a picture for a reason.
type OverrideInput struct {
	Reason  string  `json:"reason" minLength:"1" maxLength:"500"`
	Minutes float64 `json:"minutes" minimum:"0.1" maximum:"15"`
}

type replacePrivacyZone struct {
	ByID
	Body PrivacyZoneInput
}

func (h *Handler) privacyRoutes() {
	route(h, account.Viewer, "list-privacy-zones", http.MethodGet, "/privacy-zones", "All no-record zones by name", 0,
		func(context.Context, *none) (*many[privacy.NoRecordZone], error) {
			out := list[privacy.NoRecordZone](h, mission.KindPrivacyZone)
			slices.SortFunc(out, func(a, b privacy.NoRecordZone) int {
				return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
			})
			return &many[privacy.NoRecordZone]{out}, nil
		})
	route(h, account.Admin, "create-privacy-zone", http.MethodPost, "/privacy-zones", "Forbid pictures of some ground", http.StatusCreated,
		func(ctx context.Context, in *struct{ Body PrivacyZoneInput }) (*one[privacy.NoRecordZone], error) {
			return h.putPrivacyZone(ctx, "", in.Body)
		})
	route(h, account.Admin, "replace-privacy-zone", http.MethodPut, "/privacy-zones/{id}", "Replace a no-record zone", 0,
		func(ctx context.Context, in *replacePrivacyZone) (*one[privacy.NoRecordZone], error) {
			return h.putPrivacyZone(ctx, in.ID, in.Body)
		})
	route(h, account.Admin, "delete-privacy-zone", http.MethodDelete, "/privacy-zones/{id}", "Delete a no-record zone", http.StatusNoContent,
		func(ctx context.Context, in *ByID) (*none, error) {
			_, err := h.tell(ctx, mission.DeletePrivacyZone{ID: in.ID})
			return nil, err
		})
	route(h, account.Supervisor, "override-picture", http.MethodPost, "/cameras/{id}/picture/override", "Open a camera's picture for a while, for a reason", 0,
		func(ctx context.Context, in *payloadOne[OverrideInput]) (*one[mission.Picture], error) {
			p, err := ask[mission.Picture](ctx, h, mission.OverridePicture{Camera: in.ID, Reason: in.Body.Reason,
				For: time.Duration(in.Body.Minutes * float64(time.Minute))})
			return &one[mission.Picture]{p}, err
		})
	route(h, account.Operator, "end-override", http.MethodDelete, "/cameras/{id}/picture/override", "End an override before its time", 0,
		func(ctx context.Context, in *ByID) (*one[mission.Picture], error) {
			p, err := ask[mission.Picture](ctx, h, mission.EndOverride{Camera: in.ID})
			return &one[mission.Picture]{p}, err
		})
}

func (h *Handler) putPrivacyZone(ctx context.Context, id string, in PrivacyZoneInput) (*one[privacy.NoRecordZone], error) {
	if err := firstError(text("name", in.Name), text("reason", in.Reason)); err != nil {
		return nil, err
	}
	z, err := ask[privacy.NoRecordZone](ctx, h, mission.PutPrivacyZone{Zone: privacy.NoRecordZone{ID: id, Name: in.Name, Reason: in.Reason, Rule: in.Rule,
		Ring: in.Ring, Center: in.Center, RadiusM: in.RadiusM, Daily: in.Daily}})
	return &one[privacy.NoRecordZone]{z}, err
}
