/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.feature;

import fiji.plugin.trackmate.features.spot.SpotAnalyzer;
import fiji.plugin.trackmate.features.spot.SpotMorphologyAnalyzerFactory;
import net.imagej.ImgPlus;
import net.imglib2.type.NativeType;
import net.imglib2.type.numeric.RealType;
import org.scijava.Priority;
import org.scijava.plugin.Plugin;

/**
 * Comes after TrackMate's analyzers of 2D shapes, which come after all others, and puts back the area and shape that a
 * table gave.
 *
 * @param <T>
 *            type of a voxel.
 */
@Plugin(type = SpotMorphologyAnalyzerFactory.class, priority = Priority.VERY_LOW)
public final class CellShapesAnalyzerFactory<T extends RealType<T> & NativeType<T>> extends DeclaredAnalyzer
        implements SpotMorphologyAnalyzerFactory<T> {

    /** TrackMate's name of this analyzer in files. */
    public static final String KEY = "BTrackMate shapes";

    /** Makes the analyzer. */
    public CellShapesAnalyzerFactory() {
        super(KEY, "Keeps area and shape of cells that come from a table.", new FeatureTable());
    }

    @Override
    public SpotAnalyzer<T> getAnalyzer(final ImgPlus<T> image, final int frame, final int channel) {
        return KeptValues::restore;
    }
}
