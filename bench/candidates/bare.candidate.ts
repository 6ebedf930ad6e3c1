import { Module } from '@nestjs/common';
import { BareController } from './bare.controller.js';
import { PLATFORMS, type Candidate } from './candidate.js';
import { createApp } from './create-app.js';

@Module({ controllers: [BareController] })
class BareModule {}

export const candidate: Candidate = {
  name: 'bare',
  role: 'bare',
  platforms: PLATFORMS,
  visitors: ['anonymous'],
  routes: ['bare', 'read', 'unchanged', 'write', 'login', 'logout'],
  boot: (platform) => createApp(BareModule, platform),
};
