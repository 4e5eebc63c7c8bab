package io.agentanalytics.benchmarks.soak;

import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertState;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Checks the topic of alerts: each transition has one content, the transitions of an alert are
 * complete and in order, nothing follows its resolution, and the episodes of a subject do not
 * overlap. After a recovery, the job publishes the transitions since its checkpoint again; what it
 * publishes last is valid, and the transitions after it are not.
 */
final class AlertCheck {
    private final Map<String, TreeMap<Long, Alert>> transitions = new TreeMap<>();
    private final List<String> differences = new ArrayList<>();
    private int replaced;

    AlertCheck(List<ConsumerRecord<byte[], byte[]>> published) throws IOException {
        for (ConsumerRecord<byte[], byte[]> record : published) {
            if (record.value() != null) {
                add(Json.mapper().readValue(record.value(), Alert.class));
            }
        }
        transitions.forEach(this::checkOrder);
        checkEpisodes();
    }

    List<String> differences() {
        return differences;
    }

    /** Returns the number of transitions that a recovery has replaced by others. */
    int replaced() {
        return replaced;
    }

    /** Returns the valid transitions by alert id, as text. */
    Map<String, String> transitionsByAlert() {
        Map<String, String> valid = new TreeMap<>();
        transitions.forEach(
                (id, alert) -> {
                    Alert newest = alert.lastEntry().getValue();
                    String states =
                            alert.values().stream()
                                    .map(a -> a.state().wireName())
                                    .collect(Collectors.joining(" "));
                    valid.put(id, text(newest.revision(), newest.state().wireName(), states));
                });
        return valid;
    }

    static String text(long revision, String state, String states) {
        return "revision %d, %s: %s".formatted(revision, state, states);
    }

    /** Early notices and newer values are not transitions. */
    private void add(Alert alert) {
        if (alert.revision() == 0 || !alert.isTransition()) {
            return;
        }
        TreeMap<Long, Alert> known =
                transitions.computeIfAbsent(alert.alertId(), id -> new TreeMap<>());
        Alert before = known.put(alert.revision(), alert);
        SortedMap<Long, Alert> after = known.tailMap(alert.revision(), false);
        replaced += (before == null || before.equals(alert) ? 0 : 1) + after.size();
        after.clear();
    }

    private void checkOrder(String id, SortedMap<Long, Alert> alert) {
        if (alert.firstKey() != 1 || alert.lastKey() != alert.size()) {
            differences.add("alert %s has the revisions %s".formatted(id, alert.keySet()));
        }
        Alert before = null;
        for (Alert next : alert.values()) {
            if (before != null && before.state() == AlertState.RESOLVED) {
                differences.add(
                        "alert %s was resolved, but revision %d follows: %s"
                                .formatted(id, next.revision(), next.change()));
            }
            if (before != null && next.updatedAt().isBefore(before.updatedAt())) {
                differences.add(
                        "alert %s: revision %d at %s is before its predecessor at %s"
                                .formatted(
                                        id, next.revision(), next.updatedAt(), before.updatedAt()));
            }
            before = next;
        }
    }

    private void checkEpisodes() {
        Map<String, List<Alert>> episodes = new HashMap<>();
        for (TreeMap<Long, Alert> alert : transitions.values()) {
            Alert newest = alert.lastEntry().getValue();
            episodes.computeIfAbsent(newest.fingerprint(), f -> new ArrayList<>()).add(newest);
        }
        for (List<Alert> subject : episodes.values()) {
            subject.sort(Comparator.comparing(Alert::startsAt));
            for (int i = 1; i < subject.size(); i++) {
                Instant end = subject.get(i - 1).endsAt();
                if (end == null || end.isAfter(subject.get(i).startsAt())) {
                    differences.add(
                            "alert %s starts at %s, while %s lasts until %s"
                                    .formatted(
                                            subject.get(i).alertId(),
                                            subject.get(i).startsAt(),
                                            subject.get(i - 1).alertId(),
                                            end));
                }
            }
        }
    }
}
