/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.detect;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fiji.plugin.trackmate.Settings;
import fiji.plugin.trackmate.Spot;
import fiji.plugin.trackmate.SpotRoi;
import fiji.plugin.trackmate.detection.SpotDetector;
import fiji.plugin.trackmate.util.TMUtils;
import ij.IJ;
import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.Roi;
import ij.process.FloatProcessor;
import io.github.volltrack.fiji.Movies;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.imagej.ImgPlus;
import net.imglib2.Interval;
import net.imglib2.type.numeric.integer.UnsignedShortType;
import org.jdom2.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelDetectorFactoryTest {

    private static final int[] SMALL = {12, 10, 5, 1, 2};

    private final LabelDetectorFactory<UnsignedShortType> factory = new LabelDetectorFactory<>();

    @Test
    void centreRadiusAndQualityIn3dAreExact() {
        final ImagePlus movie = Movies.make("two", SMALL, (x, y, z, channel, frame) -> {
            final boolean isFirst = Movies.isInBox(x, y, z, new int[] {1, 2, 1}, 3);
            return isFirst ? 7 : x == 9 && y >= 4 && y < 8 && z == 2 ? 70 : 0;
        });
        final List<Spot> spots = detect(movie, settings(), 1);
        assertEquals(2, spots.size());
        final Spot cube = spots.get(0);
        assertArrayEquals(new double[] {1.0, 1.5, 4.0}, position(cube), 1e-12);
        assertEquals(Math.cbrt(27 * 0.5 * 3 / (4 * Math.PI)), cube.getFeature(Spot.RADIUS), 1e-12);
        assertEquals(27, cube.getFeature(Spot.QUALITY));
        assertEquals(7, cube.getFeature("LABEL"));
        assertEquals(27 * 0.5, cube.getFeature("VOLUME"), 1e-12);
        assertArrayEquals(new double[] {4.5, 2.75, 4.0}, position(spots.get(1)), 1e-12);
        assertNull(cube.getRoi());
    }

    @Test
    void piecesOfOneLabelAreOneSpot() {
        final ImagePlus movie =
                Movies.make("pieces", SMALL, (x, y, z, channel, frame) -> x == 1 || x == 7 ? 3 : 0);
        final List<Spot> spots = detect(movie, settings(), 0);
        assertEquals(1, spots.size());
        assertEquals(2, spots.get(0).getFeature("N_PIECES"));
        assertEquals(2.0, spots.get(0).getDoublePosition(0), 1e-12);
    }

    @Test
    void outlineOf2dSpotEnclosesItsPixels() {
        final ImagePlus movie = Movies.make("flat", new int[] {20, 20, 1, 1, 1}, (x, y, z, channel, frame) -> {
            final boolean isHole = x == 6 && y == 6;
            final boolean isDisc = (x - 6) * (x - 6) + (y - 6) * (y - 6) <= 9;
            return isDisc && !isHole ? 4 : x == 15 && y == 15 || x == 16 && y == 16 ? 5 : 0;
        });
        final List<Spot> spots = detect(movie, settings(), 0);
        final SpotRoi disc = spots.get(0).getRoi();
        assertEquals(29 * 0.25, disc.area(), 1e-9, "the hole is filled");
        assertEquals(28, spots.get(0).getFeature(Spot.QUALITY), "but not counted");
        assertEquals(2 * 0.25, spots.get(1).getRoi().area(), 1e-9, "pixels that touch by a corner are one outline");
    }

    @Test
    void outlineOf2dSpotJoinsItsPiecesAndFillsItsHoles() {
        // a ring of 7 x 7 with an island in its hole, and two pieces elsewhere
        final ImagePlus movie = Movies.make("pieces", new int[] {30, 20, 1, 1, 1}, (x, y, z, channel, frame) -> {
            final int fromCentre = Math.max(Math.abs(x - 5), Math.abs(y - 5));
            final boolean isPiece = x >= 15 && x < 18 && y >= 3 && y < 5 || x == 25 && y == 15;
            return fromCentre == 3 || fromCentre == 0 || isPiece ? 4 : 0;
        });
        final List<Spot> spots = detect(movie, settings(), 0);
        assertEquals(1, spots.size());
        assertEquals((49 + 6 + 1) * 0.25, spots.get(0).getRoi().area(), 1e-9);
        assertEquals(24 + 1 + 6 + 1, spots.get(0).getFeature(Spot.QUALITY));
        assertEquals(4, spots.get(0).getFeature("N_PIECES"));
    }

    @Test
    void cellsOutsideTheTissueAndTooSmallCellsAreLeftOut() {
        final Map<String, Object> settings = settings();
        settings.put(LabelDetectorSettings.KEY_TISSUE_CHANNEL, 3);
        settings.put(LabelDetectorSettings.KEY_MIN_VOLUME, 1.0);
        final List<Spot> spots = detect(Movies.dividingCell(), settings, 0);
        assertEquals(1, spots.size());
        assertEquals(1, spots.get(0).getFeature("LABEL"));
        assertEquals(1.0, spots.get(0).getFeature("INSIDE_TISSUE"));
        assertEquals(1.0, spots.get(0).getFeature("TISSUE_LABEL"));
    }

    @Test
    void dimCellsAreLeftOut() {
        final Map<String, Object> settings = settings();
        settings.put(LabelDetectorSettings.KEY_INTENSITY_CHANNEL, 2);
        settings.put(LabelDetectorSettings.KEY_MIN_MEAN_INTENSITY, 105.0);
        assertEquals(Arrays.asList("8", "9"), labels(detect(Movies.dividingCell(), settings, 0)));
    }

    @Test
    void regionOfInterestChoosesByCentreAndCutsNoCell() {
        final ImagePlus movie = Movies.dividingCell();
        movie.setRoi(new Roi(0, 0, 7, 40));
        final List<Spot> spots = detect(movie, settings(), 0);
        assertEquals(Arrays.asList("1"), labels(spots));
        assertEquals(64, spots.get(0).getFeature(Spot.QUALITY));
    }

    @Test
    void methodOfTrackMate81GivesTheSame() {
        final ImagePlus movie = Movies.dividingCell();
        final ImgPlus<UnsignedShortType> image = wrap(movie);
        final Interval interval = TMUtils.getInterval(image, new Settings(movie));
        final SpotDetector<UnsignedShortType> detector = factory.getDetector(image, settings(), interval, 5);
        assertTrue(detector.process());
        assertEquals(labels(detect(movie, settings(), 5)), labels(detector.getResult()));
    }

    @Test
    void tissueOfAnotherSizeIsRefusedWithBothSizes(@TempDir final Path folder) {
        final File file = folder.resolve("tissue.tif").toFile();
        IJ.saveAsTiff(Movies.make("tissue", new int[] {11, 10, 5, 1, 1}, (x, y, z, c, t) -> 1), file.getPath());
        final Map<String, Object> settings = settings();
        settings.put(LabelDetectorSettings.KEY_TISSUE_FILE, file.getPath());
        final ImagePlus movie = Movies.make("cells", SMALL, (x, y, z, channel, frame) -> 1);
        assertFalse(factory.setTarget(wrap(movie), settings));
        assertTrue(factory.getErrorMessage().contains("(5, 10, 11) voxels for the image of (5, 10, 12)"),
                factory.getErrorMessage());
    }

    @Test
    void oneTissueFrameOfAFileServesForAll(@TempDir final Path folder) {
        final File file = folder.resolve("tissue.tif").toFile();
        IJ.saveAsTiff(Movies.make("tissue", new int[] {60, 40, 4, 1, 1}, (x, y, z, c, t) -> x < 40 ? 5 : 0),
                file.getPath());
        final Map<String, Object> settings = settings();
        settings.put(LabelDetectorSettings.KEY_TISSUE_FILE, file.getPath());
        final List<Spot> spots = detect(Movies.dividingCell(), settings, 11);
        assertEquals(Arrays.asList("2", "8"), labels(spots));
        assertEquals(5.0, spots.get(0).getFeature("TISSUE_LABEL"));
    }

    @Test
    void missingFileIsSaid() {
        final Map<String, Object> settings = settings();
        settings.put(LabelDetectorSettings.KEY_LABEL_FILE, "/nowhere/labels.tif");
        assertFalse(factory.setTarget(wrap(Movies.dividingCell()), settings));
        assertTrue(factory.getErrorMessage().contains("there is no such file"), factory.getErrorMessage());
    }

    @Test
    void rawImageInPlaceOfLabelsIsSaid() {
        final ImageStack planes = new ImageStack(12, 10);
        for (int plane = 0; plane < 5; plane++) {
            planes.addSlice(new FloatProcessor(12, 10));
        }
        planes.getProcessor(2).setf(4, 5, 1.25f);
        final ImagePlus movie = new ImagePlus("raw", planes);
        movie.setDimensions(1, 5, 1);
        final Interval interval = TMUtils.getInterval(wrap(movie), new Settings(movie));
        assertTrue(factory.setTarget(wrap(movie), settings()));
        final SpotDetector<UnsignedShortType> detector = factory.getDetector(interval, 0);
        assertFalse(detector.process());
        assertTrue(detector.getErrorMessage().contains("1.25 in frame 0 at (z, y, x) = (1, 5, 4)"),
                detector.getErrorMessage());
    }

    @Test
    void cellsOfACsvKeepTheirColumns(@TempDir final Path folder) throws Exception {
        final Path file = folder.resolve("cells.csv");
        Files.write(file, ("FRAME,POSITION_X,POSITION_Y,POSITION_Z,RADIUS,LABEL,STAGE\n0,5,6,2,1.5,4,7.5\n"
                + "1,5,6,2,1.5,4,8\n0,25,6,2,1.5,5,9\n").getBytes(StandardCharsets.UTF_8));
        final Map<String, Object> settings = settings();
        settings.put(LabelDetectorSettings.KEY_CELLS_FILE, file.toString());
        settings.put(LabelDetectorSettings.KEY_TISSUE_CHANNEL, 3);
        final List<Spot> spots = detect(Movies.dividingCell(), settings, 0);
        assertEquals(Arrays.asList("4"), labels(spots));
        assertEquals(7.5, spots.get(0).getFeature("STAGE"));
        assertEquals((19.75 - 5), spots.get(0).getFeature("DISTANCE_TO_TISSUE"), 1e-9);
    }

    @Test
    void corruptLineOfACsvIsNamed(@TempDir final Path folder) throws Exception {
        final Path file = folder.resolve("cells.csv");
        Files.write(file, "FRAME,POSITION_X,POSITION_Y\n0,1,2\n0,oops,2\n".getBytes(StandardCharsets.UTF_8));
        final Map<String, Object> settings = settings();
        settings.put(LabelDetectorSettings.KEY_CELLS_FILE, file.toString());
        assertFalse(factory.setTarget(wrap(Movies.dividingCell()), settings));
        assertTrue(factory.getErrorMessage().contains("cells.csv, line 3: POSITION_X = 'oops'"),
                factory.getErrorMessage());
    }

    @Test
    void layoutOfThePaperIsReadInPixels(@TempDir final Path folder) throws Exception {
        final Path file = folder.resolve("paper.csv");
        Files.write(file, ("T,X,Y,Z,Label,Perimeter,Volume,Intensity,ExtentX,ExtentY,ExtentZ\n"
                + "0,10,12,1,1,75.2,96,60,4,6,4\n").getBytes(StandardCharsets.UTF_8));
        final Map<String, Object> settings = settings();
        settings.put(LabelDetectorSettings.KEY_CELLS_FILE, file.toString());
        final Spot spot = detect(Movies.dividingCell(), settings, 0).get(0);
        assertArrayEquals(new double[] {5, 6, 2}, position(spot), 1e-12);
        assertEquals(60, spot.getFeature(Spot.QUALITY));
        assertEquals(Math.cbrt(60 * 0.5 * 3 / (4 * Math.PI)), spot.getFeature(Spot.RADIUS), 1e-12);
    }

    @Test
    void settingsSurviveXml() {
        final Map<String, Object> settings = settings();
        settings.put(LabelDetectorSettings.KEY_TISSUE_FILE, "a folder/tissue.tif");
        settings.put(LabelDetectorSettings.KEY_MAX_VOLUME, 1e6);
        settings.put(LabelDetectorSettings.KEY_BORDER_IS_SURFACE, true);
        settings.put(LabelDetectorSettings.KEY_TISSUE_LABELS, "1,3");
        final Element element = new Element("DetectorSettings");
        assertTrue(factory.marshall(settings, element), factory.getErrorMessage());
        final Map<String, Object> back = new HashMap<>();
        assertTrue(factory.unmarshall(element, back), factory.getErrorMessage());
        assertEquals(settings, back);
        back.clear();
        assertNull(factory.unmarshal(element, back));
        assertEquals(settings, back);
    }

    @Test
    void wrongSettingsAreSaid() {
        final Map<String, Object> settings = settings();
        settings.put(LabelDetectorSettings.KEY_TISSUE_LABELS, "one");
        assertFalse(factory.checkSettings(settings));
        assertTrue(factory.getErrorMessage().contains("expected whole numbers separated by commas"));
        settings.put(LabelDetectorSettings.KEY_TISSUE_LABELS, 1);
        assertFalse(factory.checkSettings(settings));
        assertTrue(factory.getErrorMessage().contains("expected String"));
    }

    private static Map<String, Object> settings() {
        return LabelDetectorSettings.defaults();
    }

    private List<Spot> detect(final ImagePlus movie, final Map<String, Object> settings, final int frame) {
        final ImgPlus<UnsignedShortType> image = wrap(movie);
        assertTrue(factory.setTarget(image, settings), factory.getErrorMessage());
        final SpotDetector<UnsignedShortType> detector =
                factory.getDetector(TMUtils.getInterval(image, new Settings(movie)), frame);
        assertTrue(detector.checkInput() && detector.process(), detector.getErrorMessage());
        return detector.getResult().stream()
                .sorted(Comparator.comparing(spot -> spot.getFeature("LABEL")))
                .collect(Collectors.toList());
    }

    @SuppressWarnings("unchecked")
    private static ImgPlus<UnsignedShortType> wrap(final ImagePlus movie) {
        return TMUtils.rawWraps(movie);
    }

    private static double[] position(final Spot spot) {
        return new double[] {spot.getDoublePosition(0), spot.getDoublePosition(1), spot.getDoublePosition(2)};
    }

    private static List<String> labels(final List<Spot> spots) {
        return spots.stream()
                .map(spot -> String.valueOf(spot.getFeature("LABEL").intValue()))
                .sorted()
                .collect(Collectors.toList());
    }
}
