package io.agentanalytics.contract.budgets;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.JsonFields;
import io.agentanalytics.contract.Providers;
import io.agentanalytics.contract.alerts.BudgetPeriod;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** JSON codec for the definitions of budgets. */
public final class BudgetCodec {
    private static final int MAX_LABELS = 4;
    private static final BigDecimal MAX_USD = BigDecimal.valueOf(1_000_000_000);
    private static final BigDecimal USUAL_SOFT_SHARE = new BigDecimal("0.8");
    private static final List<String> FIELDS =
            List.of(
                    "budget_id",
                    "version",
                    "match",
                    "period",
                    "time_zone",
                    "week_starts",
                    "soft_usd",
                    "hard_usd",
                    "enforce");

    private BudgetCodec() {}

    public static byte[] encode(Budget budget) {
        return Json.encode(toJson(budget));
    }

    /** Returns a budget in the form that the API and the command line accept. */
    public static ObjectNode toJson(Budget budget) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("budget_id", budget.budgetId());
        json.put("version", budget.version());
        ObjectNode match = json.putObject("match");
        new TreeMap<>(budget.match()).forEach(match::put);
        json.put("period", budget.period());
        json.put("time_zone", budget.timeZone());
        json.put("week_starts", budget.weekStarts());
        json.put("soft_usd", usd(budget.softNanos()));
        json.put("hard_usd", usd(budget.hardNanos()));
        json.put("enforce", budget.enforce());
        return json;
    }

    /** Returns nano-dollars as dollars with nine decimal places. */
    public static BigDecimal usd(long nanos) {
        return BigDecimal.valueOf(nanos, 9);
    }

    /**
     * Reads a budget.
     *
     * @throws InvalidControlException if the budget is invalid; the message names the value and the
     *     allowed values
     */
    public static Budget decode(byte[] json) throws InvalidControlException {
        try {
            return decode(Json.mapper().readTree(json));
        } catch (IOException e) {
            throw new InvalidControlException("Not a budget: " + Json.shortened(e));
        }
    }

    /**
     * Reads a budget.
     *
     * @throws InvalidControlException if the budget is invalid; the message names the value and the
     *     allowed values
     */
    public static Budget decode(JsonNode json) throws InvalidControlException {
        JsonFields fields =
                JsonFields.of(
                                json,
                                "A budget is an object such as {\"budget_id\": \"fleet\","
                                        + " \"period\": \"month\", \"hard_usd\": 500}.")
                        .only("A budget has no field", FIELDS);
        Budget budget =
                BudgetBuilder.builder()
                        .budgetId(
                                JsonFields.checkedId(
                                        "budget_id", fields.required("budget_id", "write a text")))
                        .version((long) fields.number("version", 0, 0, 1L << 53))
                        .match(match(fields.object("match", "{\"team\": \"search\"}")))
                        .period(fields.text("period", "month"))
                        .timeZone(fields.text("time_zone", "UTC"))
                        .weekStarts(weekStarts(fields))
                        .hardNanos(nanos(fields, "hard_usd", null))
                        .enforce(fields.flag("enforce", false))
                        .build();
        checkCalendar(budget);
        BigDecimal usual = usd(budget.hardNanos()).multiply(USUAL_SOFT_SHARE);
        return withSoft(budget, nanos(fields, "soft_usd", usual));
    }

    private static String weekStarts(JsonFields fields) throws InvalidControlException {
        return fields.oneOf("week_starts", BudgetPeriod.MONDAY, DayOfWeek.values())
                .name()
                .toLowerCase(Locale.ROOT);
    }

    private static Budget withSoft(Budget budget, long softNanos) throws InvalidControlException {
        if (softNanos > budget.hardNanos()) {
            throw new InvalidControlException(
                    "soft_usd is %s and hard_usd %s; write a soft limit that is not above the hard one."
                            .formatted(plain(softNanos), plain(budget.hardNanos())));
        }
        return BudgetBuilder.builder(budget).softNanos(softNanos).build();
    }

    private static String plain(long nanos) {
        return usd(nanos).stripTrailingZeros().toPlainString();
    }

    private static Map<String, String> match(@Nullable JsonFields labels)
            throws InvalidControlException {
        Map<String, String> match = new TreeMap<>();
        if (labels == null) {
            return match;
        }
        if (labels.keys().size() > MAX_LABELS) {
            throw new InvalidControlException(
                    "match has %d labels; write at most %d."
                            .formatted(labels.keys().size(), MAX_LABELS));
        }
        for (String label : labels.keys()) {
            JsonFields.checkName("match", label);
            String value = String.valueOf(labels.name(label));
            match.put(
                    label,
                    label.equals(Budget.PROVIDER) ? Providers.canonical(value) : value.strip());
        }
        return match;
    }

    private static void checkCalendar(Budget budget) throws InvalidControlException {
        if (!BudgetPeriod.NAMES.containsKey(budget.period())) {
            throw new InvalidControlException(
                    "period is '%s'; allowed are hour, day, week, month."
                            .formatted(Json.cut(budget.period())));
        }
        if (!ZoneId.getAvailableZoneIds().contains(budget.timeZone())) {
            throw new InvalidControlException(
                    "time_zone is '%s'; write a name such as UTC or Europe/Berlin."
                            .formatted(Json.cut(budget.timeZone())));
        }
    }

    /** Reads dollars with at most nine decimal places as nano-dollars. */
    private static long nanos(JsonFields fields, String field, @Nullable BigDecimal usual)
            throws InvalidControlException {
        JsonNode value = fields.json().path(field);
        if (value.isMissingNode()) {
            if (usual == null) {
                throw new InvalidControlException(
                        "%s is missing; write dollars, such as 500.".formatted(field));
            }
            return usual.movePointRight(9).longValue();
        }
        if (!value.isNumber() || !Double.isFinite(value.doubleValue()) || !isAmount(value)) {
            throw new InvalidControlException(
                    "%s is %s; write dollars above 0 and up to %s, with at most nine decimal places."
                            .formatted(field, Json.cut(value.toString()), MAX_USD));
        }
        return value.decimalValue().movePointRight(9).longValue();
    }

    private static boolean isAmount(JsonNode value) {
        BigDecimal usd = value.decimalValue();
        return usd.signum() > 0
                && usd.compareTo(MAX_USD) <= 0
                && usd.stripTrailingZeros().scale() <= 9;
    }
}
