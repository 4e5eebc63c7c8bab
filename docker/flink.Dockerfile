# Flink with the job: JobManager in application mode, and TaskManagers. Build with
# ./mvnw -DskipTests package first.
FROM flink:2.2.1-java17
COPY --chown=flink:flink job/target/job-*-cluster.jar /opt/flink/usrlib/job.jar
# The driver of Postgres belongs to Flink, not to the job: it would hold the class loader of each
# attempt of the job.
COPY --chown=flink:flink local/target/flink-lib/postgresql-*.jar /opt/flink/lib/
# Flink's own REST server answers no foreign page, and changes nothing without a token:
# docs/operations.md.
COPY --chown=flink:flink job/target/job-*-rest-guard.jar /opt/flink/lib/rest-guard.jar
# For checkpoints in an object store, as in deploy/kubernetes.
RUN mkdir -p /opt/flink/plugins/s3-fs-presto \
  && cp /opt/flink/opt/flink-s3-fs-presto-*.jar /opt/flink/plugins/s3-fs-presto/
# A new volume takes its owner from here.
RUN mkdir -p /opt/flink/state && chown flink:flink /opt/flink/state
