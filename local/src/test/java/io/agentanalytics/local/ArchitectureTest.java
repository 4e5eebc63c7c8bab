package io.agentanalytics.local;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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

    /** Packages that every feature of the job may import. */
    private static final DescribedPredicate<JavaClass> SHARED =
            resideInAnyPackage(
                    "io.agentanalytics.job.model..",
                    "io.agentanalytics.job.options..",
                    "io.agentanalytics.job.state..",
                    "io.agentanalytics.job.statistics..",
                    "io.agentanalytics.job.time..");

    /** Modules, and the modules that each may see. Only local and benchmarks see all. */
    @ParameterizedTest
    @CsvSource({
        "contract, ",
        "client, contract",
        "sources, contract",
        "intake, contract client sources",
        "job, contract sources",
        "api, contract client",
        "simulator, contract client"
    })
    void modulesSeeOnlyWhatIsBelowThem(String module, @Nullable String below) {
        String seen = below == null ? module : module + ' ' + below;
        String[] packages =
                Stream.of(seen.split(" ", -1))
                        .map(name -> "io.agentanalytics." + name + "..")
                        .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage("io.agentanalytics." + module + "..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("io.agentanalytics..")
                                .and(not(resideInAnyPackage(packages))))
                .check(ALL);
    }

    /** Only the sinks see the features whose rows they write. */
    @Test
    void featuresOfTheJobDoNotImportEachOther() {
        slices().matching("io.agentanalytics.job.(*)..")
                .should()
                .notDependOnEachOther()
                .ignoreDependency(alwaysTrue(), SHARED)
                .ignoreDependency(resideInAPackage("io.agentanalytics.job.sinks.."), alwaysTrue())
                .check(ALL);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.agentanalytics.(**)").should().beFreeOfCycles().check(ALL);
    }

    @Test
    void noFeatureImportsTheTopology() {
        noClasses()
                .that()
                .resideInAPackage("io.agentanalytics.job.*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.agentanalytics.job")
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
                .orShould()
                .callMethod(java.time.Clock.class, "systemUTC")
                .check(ALL);
    }
}
