# The agent-analytics command: migrate, topics, api, intake, doctor. Build with
# ./mvnw -DskipTests package first.
FROM eclipse-temurin:17.0.17_10-jre
RUN useradd --system --uid 10001 agent-analytics \
  && install -d -o agent-analytics -m 700 /var/lib/agent-analytics
COPY local/target/agent-analytics.jar /opt/agent-analytics/
COPY local/target/lib /opt/agent-analytics/lib
USER agent-analytics
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=75", "-cp", \
  "/opt/agent-analytics/agent-analytics.jar:/opt/agent-analytics/lib/*", \
  "io.agentanalytics.local.AgentAnalytics"]
