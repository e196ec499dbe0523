using System.Diagnostics;

namespace Artorizer.IntegrationTests.Wire;

/// <summary>Finds and runs the independent tools that check the wire protocols.</summary>
internal static class WireTools
{
    /// <summary>Debian's Python; another one may stand first on the path and not see Debian's modules.</summary>
    public const string Python = "/usr/bin/python3";

    /// <summary>Folder of the peer programs.</summary>
    public static string Peers { get; } = Path.Combine(Repository.Root, "tests", "peers", "wire");

    /// <summary>Folder of the schemas.</summary>
    public static string Idl { get; } = Path.Combine(Repository.Root, "Artorizer.Contracts", "Idl");

    /// <summary>Full path of a program.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="package">The Debian package that has it, named if it is missing.</param>
    public static string Require(string program, string package) => Find(program)
        ?? throw new InvalidOperationException($"{program} is missing; it comes with the Debian package {package}: apt-get install {package}");

    /// <summary>Whether a program is installed.</summary>
    public static bool Has(string program) => Find(program) is not null;

    /// <summary>Fails with the name of the package if Debian's Python lacks a module.</summary>
    public static async Task RequirePythonModuleAsync(string module, string package)
    {
        Require("python3", "python3");
        if (!await HasPythonModuleAsync(module))
        {
            throw new InvalidOperationException(
                $"{Python} has no module {module}; it comes with the Debian package {package}: apt-get install {package}");
        }
    }

    /// <summary>Whether Debian's Python has a module.</summary>
    public static async Task<bool> HasPythonModuleAsync(string module) => (await TryRunAsync(Python, ["-c", $"import {module}"], default)).Code == 0;

    /// <summary>Runs a program with input and gives its output; fails with what it says on its error stream.</summary>
    public static async Task<byte[]> RunAsync(string program, string[] arguments, ReadOnlyMemory<byte> input = default)
    {
        var (code, output, error) = await TryRunAsync(program, arguments, input);
        return code == 0
            ? output
            : throw new InvalidOperationException($"{Path.GetFileName(program)} {string.Join(' ', arguments)} ended with {code}: {error}");
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin")
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private static async Task<(int Code, byte[] Output, string Error)> TryRunAsync(string program, string[] arguments, ReadOnlyMemory<byte> input)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output);
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.BaseStream.WriteAsync(input);
        process.StandardInput.Close();
        await reading;
        await process.WaitForExitAsync();
        return (process.ExitCode, output.ToArray(), await error);
    }
}
