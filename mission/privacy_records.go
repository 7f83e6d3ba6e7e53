package mission

import (
	"time"

	"groundstation/fleet"
	"groundstation/mission/privacy"
)

// The kinds of the Desk's privacy objects, on the Board and in the store.
const (
	KindPrivacyZone fleet.Kind = "privacy-zone"
	KindPicture     fleet.Kind = "picture" // by camera: a vehicle's id, or such as H03/outside; absent: recorded and shown
)

// Picture says what may be done with a camera's picture, and why. Each change is a line of the ledger, so that a gap in a
// recording has its reason.
type Picture struct {
	Camera  string          `json:"camera"`
	Vehicle fleet.VehicleID `json:"vehicle,omitempty"` // whose it is
	Dock    fleet.DockID    `json:"dock,omitempty"`    // or whose it is
	Show    bool            `json:"show"`
	Record  bool            `json:"record"`
	Code    string          `json:"code,omitempty" enum:"privacy-zone,transit,view-unknown,override"`
	Why     string          `json:"why,omitempty"`
	// Zones are those that it is about.
	Zones []PictureZone `json:"zones,omitempty" nullable:"false"`
	// Until is when it ends by the clock; absent: it does not.
	Until *time.Time `json:"until,omitempty"`
	At    time.Time  `json:"at"`
	// Override is the last that was ordered, until it is over.
	Override *privacy.Override `json:"override,omitempty"`
}

// PictureZone names a zone.
type PictureZone struct {
	ID   string       `json:"id"`
	Name string       `json:"name"`
	Rule privacy.Rule `json:"rule" enum:"record,relay"`
}

// Gate is the verdict on a picture for those who relay and record it: it holds until Until, and then no more, so that
// nothing is recorded on the word of a Desk that no longer judges. A zero Until is without an end: there is no rule.
type Gate struct {
	Camera       string
	Show, Record bool
	Code, Why    string
	Until        time.Time
}

func (Gate) output() {}

// The bodies of privacy requests.
type (
	// PutPrivacyZone creates (empty ID) or replaces a zone → privacy.NoRecordZone. What it forbids is forbidden at once; what it
	// forbids no longer is allowed when it is durable.
	PutPrivacyZone struct{ Zone privacy.NoRecordZone }
	// DeletePrivacyZone → nil.
	DeletePrivacyZone struct{ ID string }
	// OverridePicture opens a camera's picture for a reason and a time of at most privacy.OverrideMost → Picture. Another
	// one takes its place.
	OverridePicture struct {
		Camera string
		Reason string
		For    time.Duration
	}
	// EndOverride ends it before its time → Picture.
	EndOverride struct{ Camera string }
)
