package io.agentanalytics.local;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Permitted dependencies between packages. */
@Execution(ExecutionMode.CONCURRENT)
class ArchitectureTest {
    private static final JavaClasses ALL =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.agentanalytics");

    @ParameterizedTest
    @CsvSource({
        "job,api",
        "job,simulator",
        "api,job",
        "api,simulator",
        "simulator,job",
        "simulator,api",
        "contract,job",
        "contract,api",
        "contract,simulator"
    })
    void modulesDoNotSeeEachOther(String one, String other) {
        noClasses()
                .that()
                .resideInAPackage("io.agentanalytics." + one + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.agentanalytics." + other + "..", "io.agentanalytics.local..")
                .check(ALL);
    }

    @ParameterizedTest
    @CsvSource({
        "ingest,tasks",
        "ingest,stats",
        "ingest,agents",
        "tasks,stats",
        "tasks,agents",
        "tasks,ingest",
        "stats,tasks",
        "stats,agents",
        "stats,ingest",
        "agents,tasks",
        "agents,stats",
        "agents,ingest"
    })
    void featuresOfTheJobDoNotImportEachOther(String one, String other) {
        noClasses()
                .that()
                .resideInAPackage("io.agentanalytics.job." + one + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.agentanalytics.job." + other + "..")
                .check(ALL);
    }

    @Test
    void logicAsksNoSystemClock() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.agentanalytics.job..",
                        "io.agentanalytics.contract..",
                        "io.agentanalytics.api..")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .check(ALL);
    }
}
