import { readFileSync } from 'node:fs';

/** What the firmware of a cloud's machine calls itself, as its maker's name or as the product's. */
const CLOUDS: [RegExp, string][] = [
  [/amazon|\bec2\b/i, 'Amazon'],
  [/google/i, 'Google Cloud'],
  [/microsoft corporation.*virtual machine/i, 'Microsoft Azure'],
  [/digitalocean/i, 'DigitalOcean'],
  [/hetzner/i, 'Hetzner'],
  [/\bovh/i, 'OVHcloud'],
  [/scaleway/i, 'Scaleway'],
  [/vultr/i, 'Vultr'],
  [/linode|akamai/i, 'Akamai (Linode)'],
  [/oraclecloud/i, 'Oracle Cloud'],
  [/alibaba/i, 'Alibaba Cloud'],
  [/upcloud/i, 'UpCloud'],
];

/** @param machine what its firmware says of itself. @returns the cloud that it belongs to; null if that does not show */
export function cloudOf(machine: string): string | null {
  return CLOUDS.find(([pattern]) => pattern.test(machine))?.[1] ?? null;
}

const FIELDS = ['sys_vendor', 'product_name', 'board_vendor', 'bios_vendor', 'chassis_asset_tag'];

/** What this machine's firmware says of itself. Linux alone; empty elsewhere. */
export function readMachine(): string {
  return FIELDS.map((field) => {
    try {
      return readFileSync(`/sys/class/dmi/id/${field}`, 'utf8').trim();
    } catch {
      return '';
    }
  }).join(' ');
}
