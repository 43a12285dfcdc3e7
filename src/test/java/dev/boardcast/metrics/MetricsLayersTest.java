package dev.boardcast.metrics;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The sub-packages of metrics use neither its core nor each other. */
@AnalyzeClasses(packages = "dev.boardcast.metrics", importOptions = DoNotIncludeTests.class)
class MetricsLayersTest {
  private static final String METRICS = "dev.boardcast.metrics";

  @ArchTest static final ArchRule history = usesItself("history");
  @ArchTest static final ArchRule facts = usesItself("facts");
  @ArchTest static final ArchRule ranges = usesItself("ranges");
  @ArchTest static final ArchRule audit = usesItself("audit");

  private static ArchRule usesItself(String name) {
    String own = METRICS + "." + name + "..";
    return classes()
        .that()
        .resideInAPackage(own)
        .should()
        .onlyDependOnClassesThat(resideOutsideOfPackage(METRICS + "..").or(resideInAPackage(own)));
  }
}
