import { expect, it } from 'vitest'
import { sandboxAdvice } from './sandbox-advice.ts'
import { failureIn, isTold } from './window-failure.ts'

it.each([
  [
    'sandbox',
    '[17604:1129/152647.481762:FATAL:setuid_sandbox_host.cc(163)] The SUID sandbox helper binary was found, but is not configured correctly.',
  ],
  [
    'sandbox',
    '[9:0101/120000.1:FATAL:content/browser/zygote_host/zygote_host_impl_linux.cc:128] No usable sandbox! If you are running on Ubuntu 23.10+',
  ],
  [
    'sandbox',
    '[9:0101/120000.1:FATAL:zygote_host_impl_linux.cc(201)] Check failed: . Failed to move to new namespace: PID namespaces supported',
  ],
  [
    'sandbox',
    '[9:0101/120000.1:FATAL:sandbox/linux/services/credentials.cc:131] Check failed: . : Permission denied (13)',
  ],
  ['display', '[17610:1129/152649.302277:ERROR:ozone_platform_x11.cc(245)] Missing X server or $DISPLAY'],
  [
    'drawing',
    "[18983:1129/152803.898485:FATAL:gpu_data_manager_impl_private.cc(423)] GPU process isn't usable. Goodbye.",
  ],
] as const)('%s is what a line of Chromium tells of', (failure, line) => {
  expect(failureIn(line)).toBe(failure)
  expect(isTold(line)).toBe(true)
  // The same words of somebody else are none of Chromium.
  expect(failureIn(line.replace(/^\[.*?\] /, ''))).toBeUndefined()
})

it('other lines go through', () => {
  for (const line of [
    '',
    'There is no graphics driver that works here, so the window is drawn in software.',
    '[17522:1129/152642.540296:ERROR:bus.cc(407)] Failed to connect to the bus: Could not parse server address',
    '[9:0101/120000.1:FATAL:v8_initializer.cc(1)] Error loading V8 startup snapshot file',
  ])
    expect([failureIn(line), isTold(line)]).toEqual([undefined, false])
})

it.each([
  [
    { 'kernel.apparmor_restrict_unprivileged_userns': '1', 'user.max_user_namespaces': '96364' },
    /AppArmor .* docs\/desktop/,
  ],
  [{ 'kernel.apparmor_restrict_unprivileged_userns': '0', 'kernel.unprivileged_userns_clone': '0' }, /userns_clone=1"/],
  [{ 'user.max_user_namespaces': '0' }, /user\.max_user_namespaces=10000"/],
  [{ 'user.max_user_namespaces': '96364' }, /This system or container forbids user namespaces; docs\/desktop/],
  [{}, /This system or container forbids user namespaces/],
])('says what to do about the sandbox under %j', (settings: Record<string, string>, advice) => {
  expect(sandboxAdvice((name) => settings[name])).toMatch(advice)
})
