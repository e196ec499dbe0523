namespace Artorizer.Cli;

/// <summary>What <c>artorizer bench</c> measured.</summary>
internal sealed record BenchReport(
    string Protocol, int Concurrency, int DataBytes, long Submitted, long Failed, double Seconds, double PerSecond,
    double P50Ms, double P95Ms, double P99Ms, double MaxMs);
