using Artorizer.IntegrationTests;
using Artorizer.IntegrationTests.Docs;
using Artorizer.IntegrationTests.Stores.Embedded;
using Artorizer.IntegrationTests.Stores.S3;

// A test that needs a process to kill or to measure starts this executable with "child MODE DIRECTORY".
if (args is ["child", S3Child.Mode, var server])
{
    await S3Child.RunAsync(server);
    return 0;
}

if (args is ["child", var mode, var directory])
{
    await StoreChild.RunAsync(mode, directory);
    return 0;
}

// Examples of the documentation, in a folder of their own.
if (args is ["child", CSharpExamples.Mode, var program, .. var examples])
{
    await CSharpExamples.RunAsync(program, examples);
    return 0;
}

// As the entry point that xunit.v3 would generate.
return args.Any(arg => arg is "--server" or "--internal-msbuild-node")
    ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
