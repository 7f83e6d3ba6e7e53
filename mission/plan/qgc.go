package plan

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// MaxFile is the largest .plan file that is read, octets.
const MaxFile = 1 << 20

// The MAV_CMD numbers that a .plan may hold (https://mavlink.io/en/messages/common.html#mav_commands).
const (
	cmdWaypoint    = 16
	cmdReturn      = 20
	cmdLand        = 21
	cmdTakeoff     = 22
	cmdChangeSpeed = 178
	cmdROILocation = 195
	cmdROINone     = 197
	cmdROI         = 201
)

// The MAV_FRAME numbers that a .plan may hold.
const (
	frameGlobal      = 0
	frameMission     = 2
	frameRelative    = 3
	frameGlobalInt   = 5
	frameRelativeInt = 6
)

// qgcFile is what we need of a .plan file. A file carries more (survey settings, vehicle types): that is not ours to
// judge, so unknown fields are allowed here, unlike at our own door.
type qgcFile struct {
	FileType      string         `json:"fileType"`
	Version       int            `json:"version"`
	GroundStation string         `json:"groundStation"`
	Name          string         `json:"name,omitempty"` // ours; QGroundControl keeps the name in the file's name
	Mission       qgcMission     `json:"mission"`
	GeoFence      qgcFence       `json:"geoFence"`
	RallyPoints   map[string]any `json:"rallyPoints"`
}

type qgcMission struct {
	Version      int       `json:"version"`
	FirmwareType int       `json:"firmwareType"`
	VehicleType  int       `json:"vehicleType"`
	CruiseSpeed  float64   `json:"cruiseSpeed"`
	HoverSpeed   float64   `json:"hoverSpeed"`
	Home         []float64 `json:"plannedHomePosition"`
	Items        []qgcItem `json:"items"`
}

type qgcItem struct {
	Type         string      `json:"type"`
	Command      int         `json:"command"`
	Frame        int         `json:"frame"`
	Params       []*float64  `json:"params"`
	AutoContinue bool        `json:"autoContinue"`
	JumpID       int         `json:"doJumpId"`
	Transect     *qgcComplex `json:"TransectStyleComplexItem,omitempty"`
}

// qgcComplex is a survey, corridor or structure scan with the simple items that were worked out for it.
type qgcComplex struct {
	Items []qgcItem `json:"Items"`
}

// ParseQGC reads a .plan file: its name (may be empty), its items, altitudes in metres AMSL, and the zones of its fence. Relative altitudes are
// counted from the file's planned home. The error names the item that is refused.
func ParseQGC(file []byte) (string, []fleet.Item, []fleet.Zone, error) {
	if len(file) > MaxFile {
		return "", nil, nil, fmt.Errorf("the file has %d octets, the limit is %d", len(file), MaxFile)
	}
	var f qgcFile
	d := json.NewDecoder(bytes.NewReader(file))
	if err := d.Decode(&f); err != nil {
		return "", nil, nil, fmt.Errorf("not a .plan file: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return "", nil, nil, errors.New("not a .plan file: something follows its end")
	}
	if f.FileType != "Plan" || f.Version != 1 {
		return "", nil, nil, fmt.Errorf("not a .plan file of version 1: fileType %q, version %d", f.FileType, f.Version)
	}
	home := f.Mission.Home
	if len(home) != 3 {
		return "", nil, nil, errors.New("mission.plannedHomePosition is not latitude, longitude and altitude")
	}
	if err := (geo.LatLon{Lat: home[0], Lon: home[1]}).At(home[2]).Check(); err != nil {
		return "", nil, nil, fmt.Errorf("mission.plannedHomePosition: %w", err)
	}
	flat, err := flatten(f.Mission.Items)
	if err != nil {
		return "", nil, nil, err
	}
	items := make([]fleet.Item, 0, len(flat))
	for i, q := range flat {
		end := i == len(flat)-1
		if q.Command == cmdTakeoff && i == 0 || end && (q.Command == cmdReturn || q.Command == cmdLand) {
			continue
		}
		it, err := q.item(home[2])
		if err != nil {
			return "", nil, nil, fmt.Errorf("item %d: %w", i+1, err)
		}
		items = append(items, it)
	}
	if problem := Check(items); problem != nil {
		return "", nil, nil, errors.New(problem.Message)
	}
	zones, err := f.GeoFence.zones()
	if err != nil {
		return "", nil, nil, err
	}
	return f.Name, items, zones, nil
}

// flatten puts the items of surveys in their place.
func flatten(items []qgcItem) ([]qgcItem, error) {
	var flat []qgcItem
	for i, q := range items {
		switch {
		case q.Type == "SimpleItem":
			flat = append(flat, q)
		case q.Type == "ComplexItem" && q.Transect != nil && len(q.Transect.Items) > 0:
			for _, inner := range q.Transect.Items {
				if inner.Type != "SimpleItem" {
					return nil, fmt.Errorf("item %d: a %q within a complex item", i+1, inner.Type)
				}
			}
			flat = append(flat, q.Transect.Items...)
		default:
			return nil, fmt.Errorf("item %d: a %q whose simple items are not in the file; save it with them", i+1, q.Type)
		}
		if len(flat) > MaxItems {
			return nil, fmt.Errorf("the plan has more than %d items", MaxItems)
		}
	}
	return flat, nil
}

// item is q in the station's terms; homeAMSL is what relative altitudes are counted from.
func (q qgcItem) item(homeAMSL float64) (fleet.Item, error) {
	if len(q.Params) != 7 {
		return fleet.Item{}, fmt.Errorf("%d params instead of 7", len(q.Params))
	}
	switch q.Command {
	case cmdWaypoint:
		p, err := q.position(homeAMSL)
		return fleet.Item{Kind: fleet.ItemWaypoint, Position: p, HoldS: q.param(0)}, err
	case cmdChangeSpeed:
		return fleet.Item{Kind: fleet.ItemSpeed, SpeedMS: q.param(1)}, nil
	case cmdROILocation:
		p, err := q.position(homeAMSL)
		return fleet.Item{Kind: fleet.ItemROI, Position: p}, err
	case cmdROI:
		if mode := q.param(0); mode != 3 { // MAV_ROI_LOCATION
			return fleet.Item{}, fmt.Errorf("region of interest of kind %v; only a location is known", mode)
		}
		p, err := q.position(homeAMSL)
		return fleet.Item{Kind: fleet.ItemROI, Position: p}, err
	case cmdROINone:
		return fleet.Item{Kind: fleet.ItemROINone}, nil
	}
	return fleet.Item{}, fmt.Errorf("command %d is not one this station flies", q.Command)
}

// param gives a parameter; null, MAVLink's "not set", is 0.
func (q qgcItem) param(i int) float64 {
	if q.Params[i] == nil {
		return 0
	}
	return *q.Params[i]
}

func (q qgcItem) position(homeAMSL float64) (geo.Position, error) {
	if q.Params[4] == nil || q.Params[5] == nil || q.Params[6] == nil {
		return geo.Position{}, errors.New("latitude, longitude or altitude is missing")
	}
	p := geo.LatLon{Lat: *q.Params[4], Lon: *q.Params[5]}.At(*q.Params[6])
	switch q.Frame {
	case frameGlobal, frameGlobalInt:
	case frameRelative, frameRelativeInt:
		p.AltAMSL += homeAMSL
	default:
		return p, fmt.Errorf("altitudes in frame %d are not supported; use AMSL or above launch", q.Frame)
	}
	return p, p.Check()
}

// FormatQGC writes items and zones as a .plan file that ParseQGC reads back alike. Altitudes are AMSL, the planned home is below
// the first place at height 0, and the first item is the take-off that QGroundControl expects.
func FormatQGC(name string, items []fleet.Item, zones []fleet.Zone) ([]byte, error) {
	if problem := Check(items); problem != nil {
		return nil, errors.New(problem.Message)
	}
	f := qgcFile{FileType: "Plan", Version: 1, GroundStation: "Groundstation", Name: name,
		Mission: qgcMission{Version: 2, FirmwareType: 12, VehicleType: 2, CruiseSpeed: 15, HoverSpeed: 5},
		// Both are sections that a reader of the format requires.
		GeoFence:    fenceOf(zones),
		RallyPoints: map[string]any{"points": []any{}, "version": 2}}
	if items[0].Kind != fleet.ItemTakeoff {
		first := firstPlace(items)
		items = append([]fleet.Item{{Kind: fleet.ItemTakeoff, Position: first}}, items...)
	}
	f.Mission.Home = []float64{items[0].Position.Lat, items[0].Position.Lon, 0}
	for i, it := range items {
		q, err := format(it)
		if err != nil {
			return nil, fmt.Errorf("item %d: %w", i+1, err)
		}
		q.Type, q.AutoContinue, q.JumpID = "SimpleItem", true, i+1
		f.Mission.Items = append(f.Mission.Items, q)
	}
	return json.MarshalIndent(f, "", "    ")
}

func firstPlace(items []fleet.Item) geo.Position {
	for _, it := range items {
		if it.Kind == fleet.ItemWaypoint {
			return it.Position
		}
	}
	return geo.Position{}
}

func format(it fleet.Item) (qgcItem, error) {
	p := it.Position
	switch it.Kind {
	case fleet.ItemTakeoff:
		return qgcItem{Command: cmdTakeoff, Frame: frameGlobal, Params: params(0, 0, 0, math.NaN(), p.Lat, p.Lon, p.AltAMSL)}, nil
	case fleet.ItemWaypoint:
		return qgcItem{Command: cmdWaypoint, Frame: frameGlobal, Params: params(it.HoldS, 0, 0, math.NaN(), p.Lat, p.Lon, p.AltAMSL)}, nil
	case fleet.ItemSpeed:
		return qgcItem{Command: cmdChangeSpeed, Frame: frameMission, Params: params(1, it.SpeedMS, -1, 0, 0, 0, 0)}, nil
	case fleet.ItemROI:
		return qgcItem{Command: cmdROILocation, Frame: frameGlobal, Params: params(0, 0, 0, 0, p.Lat, p.Lon, p.AltAMSL)}, nil
	case fleet.ItemROINone:
		return qgcItem{Command: cmdROINone, Frame: frameMission, Params: params(0, 0, 0, 0, 0, 0, 0)}, nil
	}
	return qgcItem{}, fmt.Errorf("%q is no kind of item", it.Kind)
}

// params makes a parameter list; NaN, MAVLink's "not set", is null in the file.
func params(values ...float64) []*float64 {
	out := make([]*float64, len(values))
	for i, v := range values {
		if !math.IsNaN(v) {
			out[i] = &v
		}
	}
	return out
}
