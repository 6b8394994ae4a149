/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/**
 * The maps in which TrackMate hands settings about. What comes in one may be another plug-in's: keys are missing, values
 * are null or of another type. A check refuses such a map, so that TrackMate takes the defaults; whatever only shows one
 * completes it.
 */
package io.github.volltrack.fiji.settings;
