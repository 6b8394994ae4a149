/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.command;

import ij.ImagePlus;
import io.github.volltrack.fiji.detect.LabelDetectorSettings;
import java.io.File;
import java.util.Map;
import org.scijava.plugin.Parameter;

/** The parameters that say where the tissue is and which cells stay. */
abstract class DetectionCommand extends ReportingCommand {

    @Parameter(label = "Movie", persist = false)
    private ImagePlus image;

    @Parameter(label = "Tissue channel (0: none)", min = "0", required = false, persist = false)
    private int tissueChannel;

    @Parameter(label = "Tissue file", required = false, persist = false)
    private File tissueFile;

    @Parameter(label = "Tissue labels (1,2,...; empty: all)", required = false, persist = false)
    private String tissueLabels = "";

    @Parameter(label = "Least fraction inside tissue", min = "0", max = "1", required = false, persist = false)
    private double minInsideFraction = 0.5;

    @Parameter(label = "Least volume (2D: area)", min = "0", required = false, persist = false)
    private double minVolume;

    @Parameter(label = "Largest volume (0: any)", min = "0", required = false, persist = false)
    private double maxVolume;

    final ImagePlus image() {
        return image;
    }

    /** Returns the detector's settings of these parameters. */
    final Map<String, Object> tissueSettings() {
        final Map<String, Object> settings = LabelDetectorSettings.defaults();
        settings.put(LabelDetectorSettings.KEY_TISSUE_CHANNEL, tissueChannel);
        settings.put(LabelDetectorSettings.KEY_TISSUE_FILE, path(tissueFile));
        settings.put(LabelDetectorSettings.KEY_TISSUE_LABELS, tissueLabels == null ? "" : tissueLabels);
        settings.put(LabelDetectorSettings.KEY_MIN_INSIDE_FRACTION, minInsideFraction);
        settings.put(LabelDetectorSettings.KEY_MIN_VOLUME, minVolume);
        settings.put(LabelDetectorSettings.KEY_MAX_VOLUME, maxVolume);
        return settings;
    }
}
