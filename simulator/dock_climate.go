package simulator

import (
	"math"

	"groundstation/mavlink/dialect/hangar"
)

const (
	heaterW     = 700.0
	coolerW     = 350.0
	padHeaterW  = 300.0
	insideJK    = 60000.0 // heat that warms the inside by one kelvin
	leakS       = 3600.0  // time constant of a closed dock
	openS       = 60.0    // of an open one
	climateBand = 3.0     // K a heater or cooler runs on beyond the edge of the band
	snowBelowC  = 0.5     // precipitation falls as snow
	meltMMS     = 0.1 / 60
	icyMM       = 0.1
	snowyMM     = 0.5
	deepSnowMM  = 10.0
	wetMM       = 0.05
	coverMostMM = 30.0
)

// climate is the heater, the air conditioning and the heated pad.
type climate struct {
	heats, cools, heatsPad bool
	broken                 bool // by a fault
}

// condition keeps the inside within its band.
func (d *dock) condition(s float64) {
	c, t := &d.climate, &d.w.cfg.Timing
	low, high := t.ClimateLowC, t.ClimateHighC
	works := d.mains && !c.broken
	c.heats = works && (d.inTempC < low || c.heats && d.inTempC < low+climateBand)
	c.cools = works && (d.inTempC > high || c.cools && d.inTempC > high-climateBand)
	d.inTempC += (d.w.weather.TempC - d.inTempC) * s / leakS
	if d.lid.open > 0.1 {
		d.inTempC += (d.w.weather.TempC - d.inTempC) * s / openS
	}
	if c.heats {
		d.inTempC += heaterW * s / insideJK
	}
	if c.cools {
		d.inTempC -= coolerW * s / insideJK
	}
}

func (c *climate) watts() (w float64) {
	for _, x := range []struct {
		on bool
		w  float64
	}{{c.heats, heaterW}, {c.cools, coolerW}, {c.heatsPad, padHeaterW}} {
		if x.on {
			w += x.w
		}
	}
	return w
}

// cover is what lies on the pad, millimetres of water, snow and ice.
type cover struct {
	water, snow, ice float64
	held             bool // by a fault: it neither melts nor dries
}

// weather lets rain and snow fall onto an open pad, freeze, melt and dry.
func (d *dock) weather(s float64) {
	p, wx := &d.cover, &d.w.weather
	padC := d.inTempC
	if d.lid.open > 0.1 {
		padC = wx.TempC
		if fall := wx.RainMMH * s / 3600; wx.TempC <= snowBelowC {
			p.snow = min(coverMostMM, p.snow+10*fall) // fresh snow is ten times as deep as its water
		} else {
			p.water = min(1, p.water+fall) // the rest runs off
		}
	}
	d.climate.heatsPad = d.mains && !d.climate.broken && (p.snow > snowyMM || p.ice > icyMM)
	if p.held {
		return
	}
	melt := 0.0
	if d.climate.heatsPad || padC > 2 {
		melt = meltMMS * s
	} else if padC < -0.5 {
		frost := min(p.water, meltMMS/2*s)
		p.water, p.ice = p.water-frost, p.ice+frost
	}
	ice, snow := min(p.ice, melt), min(p.snow, 10*melt)
	p.ice, p.snow = p.ice-ice, p.snow-snow
	p.water = min(1, p.water+ice+snow/10)
	if padC > 5 && (d.lid.open <= 0.1 || wx.RainMMH < 0.1) {
		p.water = max(0, p.water-meltMMS*s)
	}
}

// class is DOCK_ENVIRONMENT.pad_wet: 0 dry, 1 water, 2 snow, 3 ice.
func (p *cover) class() uint8 {
	switch {
	case p.ice > icyMM:
		return 3
	case p.snow > snowyMM:
		return 2
	case p.water > wetMM:
		return 1
	}
	return 0
}

// rainClass is the WMO's: slight below 2.5 mm/h, moderate below 10, heavy below 50, violent.
func rainClass(mmh float64) uint8 {
	for i, below := range []float64{0.1, 2.5, 10, 50} {
		if mmh < below {
			return uint8(i)
		}
	}
	return 4
}

// lux is the light of the open sky for the height of the sun, degrees: from starlight over the twilights to a clear noon;
// rain takes most of it.
func lux(sunDeg, rainMMH float64) float64 {
	steps := []struct{ deg, lux float64 }{{-18, 0.001}, {-12, 0.01}, {-6, 3.4}, {0, 500}, {10, 15000}, {30, 60000}, {60, 95000}, {90, 110000}}
	out := steps[0].lux
	for i := 1; i < len(steps) && sunDeg > steps[i-1].deg; i++ {
		a, b := steps[i-1], steps[i]
		k := min(1, (sunDeg-a.deg)/(b.deg-a.deg))
		out = math.Exp(math.Log(a.lux)*(1-k) + math.Log(b.lux)*k)
	}
	return out / (1 + min(rainMMH, 20)/3)
}

func (d *dock) environment(boot uint32) *hangar.MessageDockEnvironment {
	wx, wind, t := &d.w.weather, &d.mast.told, &d.w.cfg.Timing
	noise := func(s float64) float64 { return s * d.rng.NormFloat64() }
	return &hangar.MessageDockEnvironment{TimeBootMs: boot, InTempC: float32(d.inTempC), OutTempC: float32(wx.TempC + noise(0.1)),
		Humidity: float32(clamp(wx.Humidity+noise(0.5), 0, 100)), WindMeanMs: float32(wind.meanMS),
		WindGustMs: float32(wind.gustMS), WindDirDeg: float32(wind.fromDeg),
		RainMmh: float32(wx.RainMMH), RainClass: rainClass(wx.RainMMH), LightLux: float32(lux(d.w.sunDeg, wx.RainMMH)),
		PadWet: d.cover.class(), ClimateLowC: float32(t.ClimateLowC), ClimateHighC: float32(t.ClimateHighC), ClimateW: float32(d.climate.watts())}
}
