using System.Reflection;
using System.Text.RegularExpressions;
using Artorizer.IntegrationTests.Wire;
using Microsoft.AspNetCore.Builder;

namespace Artorizer.IntegrationTests.Docs;

/// <summary>C# examples as one program: each is a class, with its using directives, its statements in a method and its types after them.</summary>
internal static partial class CSharpExamples
{
    /// <summary>The argument after <c>child</c>.</summary>
    public const string Mode = "docs";

    // What the SDK imports by itself, in a console program and in one for the web.
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Logging;
        """;

    /// <summary>Compiles the examples, so that <see cref="RunAsync"/> finds each by its name.</summary>
    /// <returns>Path of the program.</returns>
    public static async Task<string> CompileAsync(string folder, IReadOnlyDictionary<string, string> examples, string surroundings)
    {
        var sources = examples.ToDictionary(example => example.Key, example => ClassOf(example.Key, example.Value));
        sources["Surroundings"] = ImplicitUsings + surroundings;
        foreach (var (name, source) in sources)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, name + ".cs"), source);
        }

        var program = Path.Combine(folder, "Examples.dll");
        var compiler = typeof(CSharpExamples).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "CSharpCompiler").Value!;
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => "-r:" + path);
        await File.WriteAllLinesAsync(
            Path.Combine(folder, "Examples.rsp"),
            [
                "-noconfig", "-nologo", "-nullable", "-target:library", "-out:" + program,
                .. references, .. sources.Keys.Select(name => Path.Combine(folder, name + ".cs")),
            ]);
        await WireTools.RunAsync("dotnet", [compiler, "@" + Path.Combine(folder, "Examples.rsp")]);
        return program;
    }

    /// <summary>Runs examples of a program in this process, one after the other.</summary>
    public static async Task RunAsync(string program, IEnumerable<string> names)
    {
        var assembly = Assembly.LoadFrom(program);
        foreach (var name in names)
        {
            await (Task)assembly.GetType(name)!.GetMethod("RunAsync")!.Invoke(null, [WebApplication.CreateSlimBuilder()])!;
        }
    }

    private static string ClassOf(string name, string code)
    {
        var lines = code.Split('\n');
        var usings = lines
            .TakeWhile(line => line.Length == 0 || line.StartsWith("using ", StringComparison.Ordinal) && line.IndexOfAny([' ', '='], 6) < 0)
            .ToList();
        var types = Array.FindIndex(lines, TypeDeclaration().IsMatch) is >= 0 and var first ? first : lines.Length;
        return $$"""
            {{string.Join('\n', usings)}}
            public static class {{name}}
            {
            public static async Task RunAsync(WebApplicationBuilder builder)
            {
            {{string.Join('\n', lines[usings.Count..types])}}
            await Task.CompletedTask;
            }
            {{string.Join('\n', lines[types..])}}
            }
            """;
    }

    [GeneratedRegex("^(sealed )?(class|record) ")]
    private static partial Regex TypeDeclaration();
}
