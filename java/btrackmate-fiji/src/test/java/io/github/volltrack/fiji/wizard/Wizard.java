/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.wizard;

import fiji.plugin.trackmate.SelectionModel;
import fiji.plugin.trackmate.TrackMate;
import fiji.plugin.trackmate.gui.components.ConfigurationPanel;
import fiji.plugin.trackmate.gui.displaysettings.DisplaySettings;
import fiji.plugin.trackmate.gui.wizard.TrackMateWizardSequence;
import fiji.plugin.trackmate.gui.wizard.WizardController;
import java.awt.Component;
import java.awt.Container;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.swing.JButton;
import javax.swing.JComboBox;
import javax.swing.JPanel;
import javax.swing.SwingUtilities;

/** TrackMate's real wizard, used as a person does: pages, a choice, the buttons Next and Previous. */
final class Wizard {

    static final String CHOOSE_DETECTOR = "ChooseDetector";
    static final String CONFIGURE_DETECTOR = "ConfigureDetector";
    static final String CHOOSE_TRACKER = "ChooseTracker";
    static final String CONFIGURE_TRACKER = "ConfigureTracker";

    private static final long MILLISECONDS_TO_WAIT = 60_000;

    private final TrackMateWizardSequence sequence;
    private final JPanel panel;
    private final JButton next;
    private final JButton previous;

    private Wizard(final TrackMate trackmate, final String page) {
        sequence = new TrackMateWizardSequence(
                trackmate,
                new SelectionModel(trackmate.getModel()),
                DisplaySettings.defaultStyle().copy());
        sequence.setCurrent(page);
        final WizardController controller = new WizardController(sequence);
        panel = controller.getWizardPanel();
        panel.setSize(350, 560);
        controller.init();
        layOut(panel);
        final List<JButton> buttons = find(panel, JButton.class, new ArrayList<>());
        final int place = placeOf("Next", buttons);
        next = buttons.get(place);
        previous = buttons.get(place - 1);
    }

    /** Opens the wizard at a page. */
    static Wizard open(final TrackMate trackmate, final String page) throws InterruptedException {
        return inSwing(() -> new Wizard(trackmate, page));
    }

    /** Returns the page that is shown. */
    String page() {
        return sequence.current().getPanelDescriptorIdentifier();
    }

    /** Returns the settings that the page shows. */
    Map<String, Object> shownSettings() throws InterruptedException {
        return inSwing(() -> settingsPage().getSettings());
    }

    /** Changes what the page shows. */
    void show(final Map<String, Object> settings) throws InterruptedException {
        inSwing(() -> {
            settingsPage().setSettings(settings);
            return null;
        });
    }

    private ConfigurationPanel settingsPage() {
        return (ConfigurationPanel) sequence.current().getPanelComponent();
    }

    /** Picks a module by its key in the list of the page. */
    void choose(final String key) throws InterruptedException {
        inSwing(() -> {
            final Container page = (Container) sequence.current().getPanelComponent();
            final JComboBox<?> box = find(page, JComboBox.class, new ArrayList<>()).get(0);
            box.setSelectedItem(key);
            if (!key.equals(box.getSelectedItem())) {
                throw new AssertionError(key + " is not offered on " + page());
            }
            return null;
        });
    }

    /** Presses Next; whatever TrackMate then runs is waited for. */
    void next() throws InterruptedException {
        press(next);
    }

    /** Presses Previous. */
    void previous() throws InterruptedException {
        press(previous);
    }

    private void press(final JButton button) throws InterruptedException {
        final String before = page();
        inSwing(() -> {
            button.doClick();
            return null;
        });
        if (page().equals(before)) { // TrackMate 8 prints what goes wrong, and stays
            throw new AssertionError("the wizard stays on " + before);
        }
        final long end = System.currentTimeMillis() + MILLISECONDS_TO_WAIT;
        while (isComputing()) {
            if (System.currentTimeMillis() > end) {
                throw new AssertionError(page() + " is not done after " + MILLISECONDS_TO_WAIT + " ms");
            }
            Thread.sleep(20);
        }
        inSwing(() -> {
            layOut(panel);
            return null;
        });
    }

    /** Does something on Swing's thread, as a window does; what it throws is thrown here. */
    private static <T> T inSwing(final Callable<T> deed) throws InterruptedException {
        final FutureTask<T> task = new FutureTask<>(deed);
        SwingUtilities.invokeLater(task);
        try {
            return task.get();
        } catch (final ExecutionException exception) {
            throw new AssertionError(exception.getCause());
        }
    }

    private static boolean isComputing() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().contains("Wizard exec thread"));
    }

    private static int placeOf(final String text, final List<JButton> buttons) {
        for (int i = 0; i < buttons.size(); i++) {
            if (text.equals(buttons.get(i).getText())) {
                return i;
            }
        }
        throw new AssertionError("no button " + text);
    }

    private static <T> List<T> find(final Container parent, final Class<T> type, final List<T> found) {
        for (final Component child : parent.getComponents()) {
            if (type.isInstance(child)) {
                found.add(type.cast(child));
            }
            if (child instanceof Container) {
                find((Container) child, type, found);
            }
        }
        return found;
    }

    /** What a window does when it is shown. */
    private static void layOut(final Container parent) {
        parent.doLayout();
        for (final Component child : parent.getComponents()) {
            if (child instanceof Container) {
                layOut((Container) child);
            }
        }
    }
}
