package io.agentanalytics.contract.alerts;

import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.JsonFields;
import io.agentanalytics.contract.Nearest;
import java.time.DayOfWeek;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Text setting of a rule, as opposed to a numeric parameter. */
public enum AlertText {
    TIME_ZONE("time_zone", "UTC", "whose days, weeks and months count, such as Europe/Berlin") {
        @Override
        void check(String value) throws InvalidControlException {
            Set<String> zones = ZoneId.getAvailableZoneIds();
            if (!zones.contains(value)) {
                throw new InvalidControlException(
                        ("params.time_zone is '%s', which is not a time zone; did you mean "
                                        + "'%s'? Write a name such as UTC or Europe/Berlin.")
                                .formatted(Json.cut(value), Nearest.of(value, zones)));
            }
        }
    },
    WEEK_STARTS("week_starts", "monday", "first day of a week (only if the period is a week)") {
        @Override
        void check(String value) throws InvalidControlException {
            if (!DAYS.contains(value)) {
                throw new InvalidControlException(
                        "params.week_starts is '%s'; %s."
                                .formatted(Json.cut(value), JsonFields.suggestion(value, DAYS)));
            }
        }
    };

    private static final List<String> DAYS =
            Stream.of(DayOfWeek.values()).map(d -> d.name().toLowerCase(Locale.ROOT)).toList();

    private final String wireName;
    private final String standard;
    private final String description;

    AlertText(String wireName, String standard, String description) {
        this.wireName = wireName;
        this.standard = standard;
        this.description = description;
    }

    abstract void check(String value) throws InvalidControlException;

    public String wireName() {
        return wireName;
    }

    /** Returns the default value. */
    public String standard() {
        return standard;
    }

    public String description() {
        return description;
    }
}
